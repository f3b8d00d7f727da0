import type { Sql } from "../database/sql.js";
import type { RecordedEvent } from "../events/event.js";
import { defineEvent, defineEvents } from "../events/projector.js";
import { HistoryForgotten, HistorySummedUp } from "./retention.events.js";

/** Columns and their types, without generated ones. */
const COLUMNS = `
  select quote_ident(attname) as name, attname as "rawName", format_type(atttypid, atttypmod) as type
  from pg_attribute
  where attrelid = to_regclass(quote_ident($1)) and attnum > 0 and not attisdropped and attgenerated = ''`;

/**
 * Puts the rows back. A column that was added since gets its default, one that was dropped since is left out, so
 * a migration need not touch what is summed up as long as new columns have a default.
 */
async function summedUp(sql: Sql, { payload }: RecordedEvent<HistorySummedUp>): Promise<void> {
  for (const { name, columns, rows } of payload.tables) {
    const known = await sql.query<{ name: string; rawName: string; type: string }>(COLUMNS, [name]);
    const used = columns.flatMap((column, index) =>
      known.filter(({ rawName }) => rawName === column).map((found) => ({ ...found, index })),
    );
    if (used.length === 0) continue;
    await sql.query(
      `insert into "${name}" (${used.map((column) => column.name).join(", ")})
       select ${used.map(({ index, type }) => `(row ->> ${index})::${type}`).join(", ")}
       from jsonb_array_elements($1::jsonb) as row`,
      [JSON.stringify(rows)],
    );
  }
}

const date = (moment: string): string => moment.slice(0, 10);

function describe({ scansBefore, endedBefore }: HistoryForgotten): string {
  const parts = [
    ...(scansBefore === null ? [] : [`replaced scans from before ${date(scansBefore)}`]),
    ...(endedBefore === null ? [] : [`what had ended before ${date(endedBefore)}`]),
  ];
  return `Forgot ${parts.join(" and ")}.`;
}

/** What happens to the log itself. It projects no table of its own. */
export const retentionEvents = defineEvents(
  {
    "history.forgotten": defineEvent(HistoryForgotten, async () => {}, describe),
    "history.summed_up": defineEvent(
      HistorySummedUp,
      summedUp,
      ({ events }) => `Summed up ${events} older events.`,
    ),
  },
  { tables: [] },
);
