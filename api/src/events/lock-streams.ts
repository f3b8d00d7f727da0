import type { Tx } from "../database/sql.js";

/**
 * Locks streams until the end of the transaction and returns how many events each holds. Call it before
 * reading the state that a decision rests on. The names are locked in sorted order in one statement, so two
 * verbs over many streams cannot deadlock; call it once per transaction, with all of them.
 */
export async function lockStreams(tx: Tx, streams: readonly string[]): Promise<Map<string, number>> {
  const rows = await tx.query<{ stream: string; sequence: number }>(
    `insert into streams (stream, sequence)
     select name, 0 from (select distinct unnest($1::text[]) collate "C" as name) names order by name
     on conflict (stream) do update set sequence = streams.sequence
     returning stream, sequence`,
    [streams],
    "events.lock-streams",
  );
  return new Map(rows.map((row) => [row.stream, row.sequence]));
}
