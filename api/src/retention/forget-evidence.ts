import type { Tx } from "../database/sql.js";
import { inTransaction } from "../database/unit-of-work.js";
import { daysAgo, firstIdOf, isOnlyOne, type RetentionParts } from "./retention-parts.js";

const CHUNK = 5_000;

/** Commands that run, or ended a short while ago although they are old, keep what is told of them. */
const STILL_WANTED = `exists (select from commands c
  where c.id = e.command_id and (c.deadline_at is not null or c.finished_at >= $2))`;

/** Ids begin with the time, so the primary key finds what is old. */
const deleteOld = (table: string, key: string): string => `
  delete from ${table} where ctid = any(array(
    select ctid from ${table} e where e.command_id < $1 and not ${STILL_WANTED}
    order by ${key} limit ${CHUNK}))
  returning 1`;

/** What is told of commands beside the log, and for how long it is kept. */
const evidence = {
  command_output: { key: "command_id, sequence", days: "outputDays" },
  command_progress: { key: "command_id", days: "outputDays" },
  command_late_results: { key: "command_id, attempt", days: "outputDays" },
  // A receipt is what a rollback needs, and a rollback is decided about as long as the install is known.
  command_receipts: { key: "command_id", days: "eventDays" },
  update_release_notes: { key: "command_id", days: "eventDays" },
} as const;

/** The statement that forgets one chunk of a table: old before the id `$1`, ended before the time `$2`. */
export const evidenceStatements = Object.fromEntries(
  Object.entries(evidence).map(([table, { key }]) => [table, deleteOld(table, key)]),
);

/** Deletes old output, progress, late results, receipts and release notes in chunks. Returns how many rows. */
export async function forgetEvidence(parts: RetentionParts, now: Date): Promise<number> {
  let forgotten = 0;
  for (const [table, { days }] of Object.entries(evidence)) {
    const before = daysAgo(now, parts.settings[days]);
    if (!before) continue;
    for (;;) {
      const count = await inTransaction(parts.database, (tx) => forgetChunk(tx, table, before));
      if (count === undefined) return forgotten;
      forgotten += count;
      if (count < CHUNK) break;
      await parts.pause();
    }
  }
  return forgotten;
}

async function forgetChunk(tx: Tx, table: string, before: Date): Promise<number | undefined> {
  if (!(await isOnlyOne(tx))) return undefined;
  const statement = evidenceStatements[table] ?? "";
  return (await tx.query(statement, [firstIdOf(before), before], `retention.${table}`)).length;
}
