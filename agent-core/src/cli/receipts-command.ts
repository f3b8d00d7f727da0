import { type StoredReceipt } from "../receipts/stored-receipt.js";
import { RECEIPT_STORE } from "../tokens.js";
import type { CliContext } from "./cli-context.js";
import { EXIT, type ExitCode } from "./exit-codes.js";
import { formatTable } from "./table.js";

/** The options of `redflag-agent receipts`. */
export interface ReceiptsOptions {
  readonly format?: "text" | "json";
}

/** Lists what was installed and rolled back on this machine, newest first. */
export async function receiptsCommand(context: CliContext, { format }: ReceiptsOptions): Promise<ExitCode> {
  const { output } = context;
  const container = await context.open({ ...context.config(), plugins: [] }, "nowhere");
  const receipts = await container.resolve(RECEIPT_STORE).list();
  if (format === "json") {
    output.out(JSON.stringify({ version: 1, receipts: receipts.map(withoutToken) }, null, 2));
  } else if (receipts.length === 0) {
    output.out("There is no receipt: nothing was installed by this agent, or its state was removed.");
  } else {
    output.out(formatTable(["RECEIPT", "WHEN", "WHAT", "BY", "ENDED", "PACKAGES"], receipts.map(rowOf)));
  }
  return EXIT.ok;
}

function rowOf({
  commandId,
  savedAt,
  type,
  origin,
  requestedBy,
  rollsBack,
  receipt,
}: StoredReceipt): string[] {
  const what = `${receipt.source} ${type.toLowerCase()}${rollsBack === null ? "" : ` of ${rollsBack}`}`;
  const by = origin === "SERVER" ? "the server" : (requestedBy ?? "somebody here");
  const names = receipt.items.map(({ name }) => name).join(", ");
  return [commandId, savedAt, what, by, receipt.outcome, names];
}

/** The token is the plugin's note to itself. */
function withoutToken(stored: StoredReceipt): object {
  const { token: _token, ...receipt } = stored.receipt;
  return { ...stored, receipt };
}
