import type { Plan } from "@redflag/plugin-sdk";
import { rollbackPlan } from "../jobs/rollback-plan.js";
import { chooseReceipt } from "../local/choose-receipt.js";
import { rollbackOrder } from "../local/local-order.js";
import { PLUGIN_HOST } from "../plugins/plugin-host.js";
import type { StoredReceipt } from "../receipts/stored-receipt.js";
import { visibleText } from "../text/visible-text.js";
import { RECEIPT_STORE } from "../tokens.js";
import { carryOutOrders } from "./carry-out-orders.js";
import type { CliContext } from "./cli-context.js";
import { confirmChange, type ConsentOptions } from "./confirm-change.js";
import { describeRemovals } from "./describe-plan.js";
import { EXIT, type ExitCode } from "./exit-codes.js";
import { formatTable } from "./table.js";

/** Shows what goes back, asks, and takes an installation back to the versions of its receipt. */
export async function rollbackCommand(
  context: CliContext,
  wanted: string,
  options: ConsentOptions,
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
    const goal = rollbackPlan(receipt.receipt, facts.clock.now());
    output.out(`${describeRollback(receipt, goal, name)}\n`);
    const change = { alsoRemoves: goal.alsoRemoves, question: "Roll this back?", verb: "roll back" };
    const refusal = await confirmChange(context, change, options);
    if (refusal !== undefined) return refusal;
    const order = rollbackOrder(receipt, facts.userName, facts.clock.now());
    return await carryOutOrders(context, container, [order]);
  } finally {
    await host.dispose();
  }
}

function describeRollback({ commandId, savedAt }: StoredReceipt, goal: Plan, name: string): string {
  const rows = [...goal.items, ...goal.alsoInstalls].map((item) => [
    item.key,
    item.fromVersion ?? "(none)",
    item.toVersion,
  ]);
  const title = `${visibleText(name, 40)}: takes back ${commandId} of ${savedAt}`;
  const table = rows.length === 0 ? "" : formatTable(["PACKAGE", "INSTALLED", "WILL BE"], rows);
  return [title, table, describeRemovals(goal)].filter((part) => part !== "").join("\n");
}
