import { eventually } from "./eventually.js";
import type { GraphqlScript } from "./graphql-script.js";

/** What a script reads of an update. */
export interface ScriptUpdate {
  readonly id: string;
  readonly name: string;
  readonly architecture: string | null;
  readonly installedVersion: string | null;
  readonly candidateVersion: string;
  readonly kind: string;
  readonly state: string;
  readonly isHeld: boolean;
  readonly closedReason: string | null;
}

/** What a script reads of a plan. */
export interface ScriptPlan {
  readonly id: string;
  readonly state: string;
  readonly digest: string | null;
  readonly items: readonly { name: string; fromVersion: string | null; toVersion: string | null }[];
  readonly alsoInstalls: readonly { name: string }[];
  readonly alsoRemoves: readonly { name: string }[];
  readonly blockers: readonly { code: string; message: string }[];
  readonly failure: { code: string; message: string } | null;
}

/** What a script reads of a command. */
export interface ScriptCommand {
  readonly id: string;
  readonly state: string;
  readonly attempt: number;
  readonly waitingReason: string | null;
  readonly failure: { code: string; message: string } | null;
  readonly items: readonly {
    name: string;
    outcome: string;
    toVersion: string | null;
    message: string | null;
  }[];
  readonly output: readonly { sequence: number; text: string }[];
}

interface Refusals {
  readonly errors: readonly { readonly code: string; readonly message: string }[];
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

/** Waits until an agent with this name has a fresh picture of apt. */
export async function freshAgent(script: GraphqlScript, name: string): Promise<ScriptAgent> {
  const ask = async (): Promise<ScriptAgent | undefined> => {
    const { agents } = await script.run<{ agents: { nodes: ScriptAgent[] } }>(AGENTS);
    return agents.nodes.find((agent) => agent.name === name);
  };
  const isFresh = (agent: ScriptAgent | undefined): boolean =>
    agent?.coverage.some(({ source, state }) => source === "apt" && state === "FRESH") ?? false;
  return (await eventually(`A fresh scan of ${name}`, ask, isFresh)) as ScriptAgent;
}

const UPDATES = /* GraphQL */ `
  query Updates($agent: ID!, $states: [UpdateState!]) {
    updates(first: 200, filter: { agent: { eq: $agent }, states: $states }) {
      totalCount
      unknownAgents
      nodes {
        id
        name
        architecture
        installedVersion
        candidateVersion
        kind
        state
        isHeld
        closedReason
      }
    }
  }
`;

/** All updates of an agent in these states; without states the open ones. */
export async function updatesOf(
  script: GraphqlScript,
  agent: string,
  states?: readonly string[],
): Promise<readonly ScriptUpdate[]> {
  const { updates } = await script.run<{ updates: { nodes: ScriptUpdate[] } }>(UPDATES, { agent, states });
  return updates.nodes;
}

const PLAN_UPDATES = /* GraphQL */ `
  mutation PlanUpdates($input: PlanUpdatesInput!) {
    planUpdates(input: $input) {
      plans {
        id
      }
      errors {
        code
        message
      }
    }
  }
`;

const PLAN = /* GraphQL */ `
  query Plan($id: ID!) {
    plan(id: $id) {
      id
      state
      digest
      items {
        name
        fromVersion
        toVersion
      }
      alsoInstalls {
        name
      }
      alsoRemoves {
        name
      }
      blockers {
        code
        message
      }
      failure {
        code
        message
      }
    }
  }
`;

/** Asks for one plan over these updates and waits for the agent's answer. */
export async function planOf(script: GraphqlScript, ids: readonly string[]): Promise<ScriptPlan> {
  const { planUpdates } = await script.run<{ planUpdates: Refusals & { plans: { id: string }[] } }>(
    PLAN_UPDATES,
    {
      input: { ids },
    },
  );
  if (planUpdates.errors.length > 0) throw new Error(JSON.stringify(planUpdates.errors));
  const ask = async (): Promise<ScriptPlan> =>
    (await script.run<{ plan: ScriptPlan }>(PLAN, { id: planUpdates.plans[0]?.id })).plan;
  return eventually("The plan", ask, ({ state }) => state !== "RESOLVING");
}

const APPROVE = /* GraphQL */ `
  mutation Approve($input: ApproveUpdatesInput!) {
    approveUpdates(input: $input) {
      updates {
        id
      }
      errors {
        code
        message
      }
    }
  }
`;

/** Approves updates; returns what was refused. */
export async function approve(script: GraphqlScript, ids: readonly string[]): Promise<Refusals["errors"]> {
  const { approveUpdates } = await script.run<{ approveUpdates: Refusals }>(APPROVE, { input: { ids } });
  return approveUpdates.errors;
}

const INSTALL = /* GraphQL */ `
  mutation Install($input: InstallPlansInput!) {
    installPlans(input: $input) {
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

/** Starts a plan; returns the command's id. */
export async function install(script: GraphqlScript, plan: string): Promise<string> {
  const { installPlans } = await script.run<{ installPlans: Refusals & { commands: { id: string }[] } }>(
    INSTALL,
    {
      input: { ids: [plan] },
    },
  );
  const [command] = installPlans.commands;
  if (!command) throw new Error(JSON.stringify(installPlans.errors));
  return command.id;
}

const COMMAND = /* GraphQL */ `
  query Command($id: ID!) {
    command(id: $id) {
      id
      state
      attempt
      waitingReason
      failure {
        code
        message
      }
      items {
        name
        outcome
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
