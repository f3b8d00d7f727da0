import type { Tx } from "../database/sql.js";
import type { RecordedEvent } from "./event.js";
import { describeTables, type ProjectedTable } from "./projected-tables.js";
import type { Projectors } from "./projector.js";

/** The state as the log alone says it is, in temporary tables of this transaction. */
export interface Replay {
  /** How many events were replayed. */
  events: number;
  tables: ProjectedTable[];
}

/** The log does not hold every event of these streams, so state cannot be derived from it. */
export class IncompleteLogError extends Error {
  override readonly name = "IncompleteLogError";
  readonly streams: readonly string[];

  constructor(streams: readonly string[]) {
    super(
      `The event log is incomplete for ${streams.length} streams, first ${streams.slice(0, 5).join(", ")}.`,
    );
    this.streams = streams;
  }
}

/** Only these events. */
export interface ReplayedPart {
  readonly stream: string;
  /** The sequence of the last one. */
  readonly upTo: number;
}

/** The type of the event that stands in a stream for all before it: retention's. */
export const SUMMED_UP = "history.summed_up";

const PAGE = 1_000;

/**
 * Runs every projector over the whole log, or over a part of it, into empty copies of the state tables. While it runs only the
 * copies can be seen by unqualified names, so a projector that touches anything else fails loudly.
 *
 * Order: a stream's events by their sequence; streams among each other by the time of their events. The
 * running maximum of the ids (UUIDv7) gives one order for both, also when clocks of two servers differ.
 *
 * Throws {@link IncompleteLogError} when events are missing, and what a projector throws.
 */
export async function replay(tx: Tx, projectors: Projectors, part?: ReplayedPart): Promise<Replay> {
  await tx.query("set local statement_timeout = 0");
  await refuseIncompleteLog(tx, part);
  const tables = await describeTables(tx, projectors.tables);
  for (const table of tables) {
    await tx.query(
      `create temporary table ${table.replayed} (like ${table.state} including all) on commit drop`,
    );
  }
  await tx.query(
    `declare replayed_events no scroll cursor for
     select id, stream, sequence, type, payload, actor, at from events
     where $1::text is null or (stream = $1 and sequence <= $2)
     order by max(id::text collate "C") over (partition by stream order by sequence), stream, sequence`,
    [part?.stream ?? null, part?.upTo ?? null],
  );
  const [path] = await tx.query<{ path: string }>("select current_setting('search_path') as path");
  await tx.query("set local search_path to pg_temp");
  let events = 0;
  for (;;) {
    const page = await tx.query<RecordedEvent>(`fetch ${PAGE} from replayed_events`);
    for (const event of page) await projectOne(tx, projectors, event);
    events += page.length;
    if (page.length < PAGE) break;
  }
  await tx.query("select set_config('search_path', $1, true)", [path?.path ?? "public"]);
  await tx.query("close replayed_events");
  return { events, tables };
}

async function projectOne(tx: Tx, projectors: Projectors, event: RecordedEvent): Promise<void> {
  try {
    await projectors.project(tx, event);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(
      `Event ${event.sequence} of ${event.stream} (${event.type}) cannot be replayed: ${reason}`,
      {
        cause: error,
      },
    );
  }
}

/** Retention replaces a stream's oldest events by one that holds what they had led to. */
async function refuseIncompleteLog(tx: Tx, part: ReplayedPart | undefined): Promise<void> {
  const incomplete = await tx.query<{ stream: string }>(
    `select coalesce(s.stream, e.stream) as stream
     from (select * from streams where $1::text is null or stream = $1) s full join (
       select stream, count(*) as held, min(sequence) as first, max(sequence) as last,
         min(sequence) filter (where type = '${SUMMED_UP}') as summed_up
       from events where $1::text is null or stream = $1 group by stream
     ) e on e.stream = s.stream
     where coalesce(s.sequence, -1) <> coalesce(e.last, 0)
       or coalesce(e.last - e.first + 1, 0) <> coalesce(e.held, 0)
       or coalesce(e.first, 1) <> coalesce(e.summed_up, 1)
     order by 1`,
    [part?.stream ?? null],
  );
  if (incomplete.length > 0) throw new IncompleteLogError(incomplete.map(({ stream }) => stream));
}
