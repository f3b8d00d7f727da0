import type { Plan } from "@redflag/plugin-sdk";
import { PlanStore } from "../local/plan-store.js";
import { PLUGIN_HOST } from "../plugins/plugin-host.js";
import { STATE_FOLDER } from "../tokens.js";
import type { CliContext } from "./cli-context.js";
import { describePlan, describePlanUse } from "./describe-plan.js";
import { EXIT, type ExitCode } from "./exit-codes.js";
import { type ChoiceOptions, makePlans } from "./make-plans.js";

/** The options of `redflag-agent plan`. */
export interface PlanOptions extends ChoiceOptions {
  readonly format?: "text" | "json";
}

/** Shows the exact transaction and keeps it, so that exactly this can be installed. Changes nothing on the machine. */
export async function planCommand(
  context: CliContext,
  names: readonly string[],
  options: PlanOptions,
): Promise<ExitCode> {
  const { output, facts } = context;
  const container = await context.open(context.config(), "nowhere");
  const made = await makePlans(context, container, names, options);
  await container.resolve(PLUGIN_HOST).dispose();
  const plans = Array.isArray(made) ? made : [];
  const store = new PlanStore(container.resolve(STATE_FOLDER));
  for (const { plan } of plans) await store.save(plan, facts.clock.now());
  if (options.format === "json") {
    output.out(JSON.stringify({ version: 1, plans: plans.map(({ plan }) => withoutToken(plan)) }, null, 2));
  } else {
    for (const { plan, displayName } of plans) {
      output.out(`${describePlan(plan, displayName)}\n`);
      if (plan.blockers.length === 0) output.out(describePlanUse(plan));
    }
  }
  if (!Array.isArray(made)) return made as ExitCode;
  return plans.every(({ plan }) => plan.blockers.length === 0) ? EXIT.ok : EXIT.failed;
}

/** The token is the plugin's note to itself. */
function withoutToken({ token: _token, ...plan }: Plan): Omit<Plan, "token"> {
  return plan;
}
