import { V7Generator } from "uuidv7";
import type { Tx } from "../database/sql.js";
import type { Actor, NewEvent, RecordedEvent } from "./event.js";
import type { EventBus } from "./event-bus.js";
import type { Projectors } from "./projector.js";

/** What the log is built from. `clock` gives milliseconds since 1970. */
export interface EventLogParts {
  projectors: Projectors;
  bus: EventBus;
  clock: () => number;
}

const STREAM = /^[a-z][a-z-]*:[A-Za-z0-9_.-]{1,100}$/;

const APPEND = `
  with bumped as (
    insert into streams (stream, sequence) values ($1, $2)
    on conflict (stream) do update set sequence = streams.sequence + excluded.sequence
    returning sequence
  )
  insert into events (id, stream, sequence, type, payload, actor, at)
  select new.id, $1, bumped.sequence - $2 + new.position, new.type, new.payload, $3, $4
  from bumped, rows from (unnest($5::uuid[]), unnest($6::text[]), jsonb_array_elements($7::jsonb))
    with ordinality as new (id, type, payload, position)
  returning id, sequence, txid`;

/** The log of everything that happened. One per process; every change of state goes through it. */
export class EventLog {
  readonly #parts: EventLogParts;
  readonly #ids = new V7Generator();

  constructor(parts: EventLogParts) {
    this.#parts = parts;
    // Ids must keep the order of the appends, however far the clock is set back while we run.
    this.#ids.setRollbackAllowance(2 ** 48 - 1);
  }

  /**
   * Appends events to one stream, runs their projectors in the same transaction and hands them to the bus
   * after commit. Payloads are checked and stored exactly as given (as JSON); an unknown type or a wrong
   * payload throws `UnknownEventError` and nothing is written. Takes the stream's lock when the caller has
   * not done so with `lockStreams`.
   */
  append = async (
    tx: Tx,
    stream: string,
    events: readonly NewEvent[],
    actor: Actor,
  ): Promise<RecordedEvent[]> => {
    if (!STREAM.test(stream))
      throw new Error(`"${stream}" is not the name of a stream such as agent:<uuid>.`);
    if (events.length === 0) return [];
    const at = new Date(this.#parts.clock());
    const drafts = events.map((event) => this.#draft(event, at));
    const rows = await tx.query<{ id: string; sequence: number; txid: string }>(
      APPEND,
      [
        stream,
        events.length,
        JSON.stringify(actor),
        at,
        drafts.map(({ id }) => id),
        drafts.map(({ type }) => type),
        // One text: an array of texts would escape every quotation mark in them.
        `[${drafts.map(({ json }) => json).join(",")}]`,
      ],
      "events.append",
    );
    const sequences = new Map(rows.map((row) => [row.id, row.sequence]));
    if (rows[0]) tx.noteTransactionId(rows[0].txid);
    const recorded = drafts.map(({ id, type, payload }) => ({
      id,
      stream,
      sequence: sequences.get(id) as number,
      type,
      payload,
      actor,
      at,
    }));
    for (const [index, event] of recorded.entries()) {
      await this.#parts.projectors.projectChecked(tx, { ...event, payload: drafts[index]?.checked });
    }
    tx.afterCommit(() => this.#parts.bus.publish(recorded));
    return recorded;
  };

  /** What projectors see now must be what they will see when the log is replayed, so it passes through JSON. */
  #draft(event: NewEvent, at: Date) {
    const json = JSON.stringify(event.payload) ?? "null";
    const payload: unknown = JSON.parse(json);
    const checked = this.#parts.projectors.parse(event.type, payload);
    const id = this.#ids.generateOrResetWithTs(at.getTime()).toString();
    return { id, type: event.type, json, payload, checked };
  }
}
