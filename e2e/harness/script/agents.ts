import { eventually } from "../eventually.js";
import type { GraphqlScript } from "../graphql-script.js";

/** What a script reads of an agent. */
export interface ScriptAgent {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  readonly osName: string | null;
  readonly canInstall: boolean | null;
  readonly updateCounts: { total: number; security: number; unknownAgents: number };
  readonly coverage: readonly { source: string; state: string; reason: string | null }[];
}

const AGENTS = /* GraphQL */ `
  query Agents {
    agents {
      nodes {
        id
        name
        state
        osName
        canInstall
        updateCounts {
          total
          security
          unknownAgents
        }
        coverage {
          source
          state
          reason
        }
      }
    }
  }
`;

/** The agent with this name; nothing before it has enrolled. */
export async function agentNamed(script: GraphqlScript, name: string): Promise<ScriptAgent | undefined> {
  const { agents } = await script.run<{ agents: { nodes: ScriptAgent[] } }>(AGENTS);
  return agents.nodes.find((agent) => agent.name === name);
}

/** Waits until an agent with this name has a fresh picture of apt. */
export async function freshAgent(script: GraphqlScript, name: string): Promise<ScriptAgent> {
  const isFresh = (agent: ScriptAgent | undefined): boolean =>
    agent?.coverage.some(({ source, state }) => source === "apt" && state === "FRESH") ?? false;
  const ask = () => agentNamed(script, name);
  return (await eventually(`A fresh scan of ${name}`, ask, isFresh)) as ScriptAgent;
}
