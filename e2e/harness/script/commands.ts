import { eventually } from "../eventually.js";
import type { GraphqlScript } from "../graphql-script.js";

/** What a script reads of a command. */
export interface ScriptCommand {
  readonly id: string;
  readonly state: string;
  readonly attempt: number;
  readonly waitingReason: string | null;
  readonly restart: string | null;
  readonly restartReasons: readonly string[];
  readonly failure: { code: string; message: string } | null;
  readonly items: readonly {
    name: string;
    outcome: string;
    fromVersion: string | null;
    toVersion: string | null;
    message: string | null;
  }[];
  readonly output: readonly { sequence: number; text: string }[];
}

const COMMAND = /* GraphQL */ `
  query Command($id: ID!) {
    command(id: $id) {
      id
      state
      attempt
      waitingReason
      restart
      restartReasons
      failure {
        code
        message
      }
      items {
        name
        outcome
        fromVersion
        toVersion
        message
      }
      output(first: 1000) {
        sequence
        text
      }
    }
  }
`;

/** The command as it is. */
export async function commandOf(script: GraphqlScript, id: string): Promise<ScriptCommand> {
  return (await script.run<{ command: ScriptCommand }>(COMMAND, { id })).command;
}

const OVER = ["SUCCEEDED", "PARTIALLY_SUCCEEDED", "FAILED", "CANCELLED", "EXPIRED"];

/** Waits until the command has ended. */
export async function endOf(script: GraphqlScript, id: string, limitMs?: number): Promise<ScriptCommand> {
  return eventually(
    "The end of the command",
    () => commandOf(script, id),
    ({ state }) => OVER.includes(state),
    limitMs,
  );
}
