import type { Sql } from "../database/sql.js";

const BATCH = 10_000;

/** Forgets idempotency keys whose day is over, in batches that hold no lock for long. */
export async function forgetKeys(sql: Sql): Promise<void> {
  for (;;) {
    const gone = await sql.query(
      `delete from idempotency_keys where (caller, operation, key) in (
         select caller, operation, key from idempotency_keys where expires_at <= now()
         limit ${BATCH} for update skip locked)
       returning 1`,
    );
    if (gone.length < BATCH) return;
  }
}
