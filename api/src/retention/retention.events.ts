import * as v from "valibot";

const Moment = v.pipe(v.string(), v.isoTimestamp());

/** An agent's state loses what is too old. Whoever owns the tables listens and deletes. */
export const HistoryForgotten = v.object({
  /** Scans that were recorded before and replaced since; null: none. */
  scansBefore: v.nullable(Moment),
  /** Updates, plans and commands that ended before; null: none. */
  endedBefore: v.nullable(Moment),
});
export type HistoryForgotten = v.InferOutput<typeof HistoryForgotten>;

/**
 * Stands in the log in the place of a stream's oldest events: the state that they had led to. Values are in
 * PostgreSQL's text form; the first event of a stream only.
 */
export const HistorySummedUp = v.object({
  /** How many events it replaces, earlier sums included. */
  events: v.number(),
  tables: v.array(
    v.object({
      name: v.string(),
      columns: v.array(v.string()),
      rows: v.array(v.array(v.nullable(v.string()))),
    }),
  ),
});
export type HistorySummedUp = v.InferOutput<typeof HistorySummedUp>;
