import type { DependencyContainer } from "tsyringe";
import type { JournalEntry } from "../journal/journal-entry.js";
import { LOCAL_LOCK, LocalDesk } from "../local/local-desk.js";
import type { LocalOrder } from "../local/local-order.js";
import { PLUGIN_HOST } from "../plugins/plugin-host.js";
import type { CliContext } from "./cli-context.js";
import { describeResult } from "./describe-result.js";
import { EXIT, type ExitCode } from "./exit-codes.js";
import { ProgressView } from "./show-progress.js";
import { sayWaiting } from "./wait-words.js";

/** Carries out orders one after the other and shows how each ended. The first that does not succeed is the last. */
export async function carryOutOrders(
  context: CliContext,
  container: DependencyContainer,
  orders: readonly LocalOrder[],
): Promise<ExitCode> {
  const { output, stop } = context;
  const waitForDesk = sayWaiting(container, output, LOCAL_LOCK, "its turn");
  using desk = await LocalDesk.open(container, stop, waitForDesk);
  if (desk.interrupted.length > 0) {
    output.err("An earlier order was interrupted; first it is looked at what became of it.");
    const ids = desk.interrupted.map(({ command }) => command.id);
    await desk.settle(stop);
    for (const id of ids) show(context, desk.journal.find(id), []);
  }
  for (const order of orders) {
    if (stop.aborted) return EXIT.failed;
    if ((await carryOutOne(context, container, desk, order)) !== "SUCCEEDED") return EXIT.failed;
  }
  return EXIT.ok;
}

async function carryOutOne(
  context: CliContext,
  container: DependencyContainer,
  desk: LocalDesk,
  order: LocalOrder,
): Promise<string> {
  const { output, stop } = context;
  const name = container.resolve(PLUGIN_HOST).find(order.source)?.manifest.displayName ?? order.source;
  const view = new ProgressView(
    context,
    order,
    sayWaiting(container, output, `source-${order.source}`, name),
  );
  const sayStop = (): void => {
    view.end();
    output.err(
      view.isCancellable
        ? "Stopping before anything is changed …"
        : "It has begun to change the machine and is finished first, so that nothing stays half done. Ctrl-C again leaves it to itself; redflag-agent receipts then tells the end.",
    );
  };
  stop.addEventListener("abort", sayStop, { once: true });
  const entry = await desk.carryOut(order, view, stop);
  stop.removeEventListener("abort", sayStop);
  view.end();
  show(context, entry, view.tail);
  return entry.result?.state ?? "FAILED";
}

function show({ output }: CliContext, entry: JournalEntry | undefined, tail: readonly string[]): void {
  const result = entry?.result;
  if (!entry || !result) return;
  const isFailure = result.state === "FAILED" || result.state === "PARTIALLY_SUCCEEDED";
  if (isFailure && tail.length > 0) output.err(`The last lines of output:\n${tail.join("\n")}\n`);
  output.out(describeResult(entry.command, result));
}
