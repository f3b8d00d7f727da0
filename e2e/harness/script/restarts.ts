import type { GraphqlScript } from "../graphql-script.js";

/** What a script reads of something that must restart. */
interface ScriptRestart {
  readonly kind: string;
  readonly name: string;
  readonly packages: readonly string[];
  readonly reason: string;
}

const RESTARTS = /* GraphQL */ `
  query Restarts($id: ID!) {
    agent(id: $id) {
      pendingRestarts {
        kind
        name
        packages
        reason
      }
    }
  }
`;

/** What must restart on a machine; null when nobody knows. */
export async function restartsOf(
  script: GraphqlScript,
  id: string,
): Promise<readonly ScriptRestart[] | null | undefined> {
  const { agent } = await script.run<{ agent: { pendingRestarts: ScriptRestart[] | null } | null }>(
    RESTARTS,
    {
      id,
    },
  );
  return agent?.pendingRestarts;
}

const SCAN = /* GraphQL */ `
  mutation ScanNow($input: StartScanInput!) {
    startScan(input: $input) {
      commands {
        id
      }
      errors {
        message
      }
    }
  }
`;

/** Asks for a scan of apt without the network; returns the command's id. */
export async function scanNow(script: GraphqlScript, agentId: string): Promise<string> {
  const input = { agentIds: [agentId], source: "apt", refresh: false };
  const { startScan } = await script.run<{
    startScan: { commands: { id: string }[]; errors: { message: string }[] };
  }>(SCAN, { input });
  const [command] = startScan.commands;
  if (!command)
    throw new Error(`No scan was started: ${startScan.errors.map(({ message }) => message).join()}`);
  return command.id;
}
