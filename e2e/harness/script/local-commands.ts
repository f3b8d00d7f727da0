import type { GraphqlScript } from "../graphql-script.js";

/** What a script reads of a command that somebody at a machine started. */
export interface LocalCommand {
  readonly id: string;
  readonly type: string;
  readonly state: string;
  readonly requestedBy: string;
  readonly requestedAt: string;
  readonly finishedAt: string;
  readonly agent: { id: string };
  readonly rollsBack: { id: string } | null;
  readonly items: readonly { name: string; outcome: string; toVersion: string | null }[];
  readonly reversibility: { level: string } | null;
  readonly updates: readonly { name: string; state: string }[];
  readonly output: readonly { text: string }[];
}

const COMMANDS = /* GraphQL */ `
  query Commands {
    commands(first: 200) {
      nodes {
        id
        type
        state
        isLocal
        requestedBy
        requestedAt
        finishedAt
        agent {
          id
        }
        rollsBack {
          id
        }
        items {
          name
          outcome
          toVersion
        }
        reversibility {
          level
        }
        updates {
          name
          state
        }
        output(first: 100) {
          text
        }
      }
    }
  }
`;

/** What was started at machines, in the order in which it was started. */
export async function localCommands(script: GraphqlScript): Promise<LocalCommand[]> {
  const { commands } = await script.run<{ commands: { nodes: (LocalCommand & { isLocal: boolean })[] } }>(
    COMMANDS,
  );
  return commands.nodes.filter(({ isLocal }) => isLocal).toReversed();
}
