import type { GraphqlScript } from "../graphql-script.js";
import type { Refusals } from "./refusals.js";

const REVERSIBILITY = /* GraphQL */ `
  query Reversibility($plan: ID!) {
    plan(id: $plan) {
      reversibility {
        level
        reasons
      }
    }
  }
`;

/** What a plan says beforehand about going back. */
export interface ScriptReversibility {
  readonly level: string;
  readonly reasons: readonly string[];
}

/** How far a plan can be taken back; null when nobody knows. */
export async function reversibilityOf(
  script: GraphqlScript,
  plan: string,
): Promise<ScriptReversibility | null> {
  type Answer = { plan: { reversibility: ScriptReversibility | null } };
  return (await script.run<Answer>(REVERSIBILITY, { plan })).plan.reversibility;
}

const ROLL_BACK = /* GraphQL */ `
  mutation RollBack($input: RollBackCommandsInput!) {
    rollBackCommands(input: $input) {
      commands {
        id
      }
      errors {
        code
        message
      }
    }
  }
`;

/** Takes an install back; returns the command's id. */
export async function rollBack(script: GraphqlScript, install: string): Promise<string> {
  type Answer = { rollBackCommands: Refusals & { commands: { id: string }[] } };
  const { rollBackCommands } = await script.run<Answer>(ROLL_BACK, { input: { ids: [install] } });
  const [command] = rollBackCommands.commands;
  if (!command) throw new Error(JSON.stringify(rollBackCommands.errors));
  return command.id;
}
