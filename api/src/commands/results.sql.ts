import type { Tx } from "../database/sql.js";
import type { CommandResult } from "./read-result.js";

/** Keeps what an attempt that no longer counts tells, once per attempt. */
export async function keepLateResult(tx: Tx, agentId: string, result: CommandResult): Promise<void> {
  await tx.query(
    `insert into command_late_results (command_id, attempt, agent_id, result) values ($1, $2, $3, $4)
     on conflict do nothing`,
    [result.commandId, result.attempt, agentId, JSON.stringify(result)],
    "commands.keep-late-result",
  );
}

/** Keeps the plugin's receipt of an install for a rollback. */
export async function keepReceipt(tx: Tx, commandId: string, receipt: string): Promise<void> {
  await tx.query(
    `insert into command_receipts (command_id, receipt) values ($1, $2) on conflict do nothing`,
    [commandId, receipt],
    "commands.keep-receipt",
  );
}
