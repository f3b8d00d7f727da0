import { rollbackPlan } from "../jobs/rollback-plan.js";
import { chooseReceipt } from "../local/choose-receipt.js";
import { rollbackOrder } from "../local/local-order.js";
import { PLUGIN_HOST } from "../plugins/plugin-host.js";
import type { StoredReceipt } from "../receipts/stored-receipt.js";
import { visibleText } from "../text/visible-text.js";
import { RECEIPT_STORE } from "../tokens.js";
import { carryOutOrders } from "./carry-out-orders.js";
import type { CliContext } from "./cli-context.js";
import { confirm } from "./confirm-plans.js";
import { EXIT, type ExitCode } from "./exit-codes.js";
import { formatTable } from "./table.js";

/** The options of `redflag-agent rollback`. */
export interface RollbackOptions {
  readonly yes?: boolean;
}

/** Shows what goes back, asks, and takes an installation back to the versions of its receipt. */
export async function rollbackCommand(
  context: CliContext,
  wanted: string,
  options: RollbackOptions,
): Promise<ExitCode> {
  const { output, facts } = context;
  const container = await context.open(context.config(), "nowhere");
  const host = container.resolve(PLUGIN_HOST);
  try {
    for (const { reason } of host.refused) output.err(reason);
    const chosen = chooseReceipt(await container.resolve(RECEIPT_STORE).list(), wanted);
    if ("problem" in chosen) {
      output.err(chosen.problem);
      return EXIT.failed;
    }
    const { receipt } = chosen;
    const name = host.find(receipt.receipt.source)?.manifest.displayName ?? receipt.receipt.source;
    output.out(`${describeRollback(receipt, name, facts.clock.now())}\n`);
    if (options.yes !== true) {
      const refusal = await confirm(context, "Roll this back?", "roll back");
      if (refusal !== undefined) return refusal;
    }
    const order = rollbackOrder(receipt, facts.userName, facts.clock.now());
    return await carryOutOrders(context, container, [order]);
  } finally {
    await host.dispose();
  }
}

function describeRollback({ commandId, savedAt, receipt }: StoredReceipt, name: string, now: number): string {
  const { items, alsoInstalls, alsoRemoves } = rollbackPlan(receipt, now);
  const rows = [
    ...[...items, ...alsoInstalls].map((item) => [item.key, item.fromVersion ?? "(none)", item.toVersion]),
    ...alsoRemoves.map((item) => [item.key, item.fromVersion, "(REMOVED)"]),
  ];
  const title = `${visibleText(name, 40)}: takes back ${commandId} of ${savedAt}`;
  return `${title}\n${formatTable(["PACKAGE", "INSTALLED", "WILL BE"], rows)}`;
}
