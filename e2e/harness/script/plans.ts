import { eventually } from "../eventually.js";
import type { GraphqlScript } from "../graphql-script.js";
import type { Refusals } from "./refusals.js";

/** What a script reads of a plan. */
export interface ScriptPlan {
  readonly id: string;
  readonly state: string;
  readonly digest: string | null;
  readonly items: readonly {
    name: string;
    fromVersion: string | null;
    toVersion: string | null;
    isDowngrade: boolean;
  }[];
  readonly alsoInstalls: readonly { name: string }[];
  readonly alsoRemoves: readonly { name: string }[];
  readonly alsoKept: readonly { name: string; installedVersion: string; reason: string }[];
  readonly reversibility: { level: string; reasons: readonly string[] } | null;
  readonly blockers: readonly { code: string; message: string }[];
  readonly failure: { code: string; message: string } | null;
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
        isDowngrade
      }
      alsoInstalls {
        name
      }
      alsoRemoves {
        name
      }
      alsoKept {
        name
        installedVersion
        reason
      }
      reversibility {
        level
        reasons
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
