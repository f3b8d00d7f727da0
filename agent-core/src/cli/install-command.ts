import { installOrder } from "../local/local-order.js";
import { PlanStore } from "../local/plan-store.js";
import { PLUGIN_HOST } from "../plugins/plugin-host.js";
import { STATE_FOLDER } from "../tokens.js";
import { visibleText } from "../text/visible-text.js";
import { carryOutOrders } from "./carry-out-orders.js";
import type { CliContext } from "./cli-context.js";
import { confirmChange, type ConsentOptions } from "./confirm-change.js";
import { describePlan } from "./describe-plan.js";
import { EXIT, type ExitCode } from "./exit-codes.js";
import { type ChoiceOptions, makePlans, type MadePlan, type MadePlans } from "./make-plans.js";

/** The options of `redflag-agent install`. */
export interface InstallOptions extends ChoiceOptions, ConsentOptions {
  /** Digests of plans that were shown. */
  readonly plan?: readonly string[];
}

/** Shows the plan, asks, and installs exactly that. */
export async function installCommand(
  context: CliContext,
  names: readonly string[],
  options: InstallOptions,
): Promise<ExitCode> {
  const container = await context.open(context.config(), "nowhere");
  const host = container.resolve(PLUGIN_HOST);
  try {
    const made = options.plan
      ? await findPlans(context, new PlanStore(container.resolve(STATE_FOLDER)), names, options)
      : await makePlans(context, container, names, options);
    if (!Array.isArray(made)) return made as ExitCode;
    for (const { plan, displayName } of made as readonly MadePlan[]) {
      context.output.out(
        `${describePlan(plan, host.find(plan.source)?.manifest.displayName ?? displayName)}\n`,
      );
    }
    const plans = made as readonly MadePlan[];
    if (plans.some(({ plan }) => plan.blockers.length > 0)) return EXIT.failed;
    const alsoRemoves = plans.flatMap(({ plan }) => plan.alsoRemoves);
    const change = { alsoRemoves, question: "Install this?", verb: "install" };
    const refusal = await confirmChange(context, change, options);
    if (refusal !== undefined) return refusal;
    const { clock, userName } = context.facts;
    const orders = plans.map(({ plan }) => installOrder(plan, userName, clock.now()));
    return await carryOutOrders(context, container, orders);
  } finally {
    await host.dispose();
  }
}

async function findPlans(
  { output }: CliContext,
  store: PlanStore,
  names: readonly string[],
  options: InstallOptions,
): Promise<MadePlans> {
  if (names.length > 0 || options.all === true || options.security === true || options.source !== undefined) {
    output.err(
      "--plan installs exactly what was shown; it takes neither names nor --all, --security or --source.",
    );
    return EXIT.usage;
  }
  const found: MadePlan[] = [];
  for (const digest of options.plan ?? []) {
    const plan = await store.find(digest);
    if (!plan) {
      output.err(
        `There is no plan ${visibleText(digest, 80)} here, or more than one. Make one with redflag-agent plan.`,
      );
      return EXIT.failed;
    }
    found.push({ plan, displayName: plan.source });
  }
  return found;
}
