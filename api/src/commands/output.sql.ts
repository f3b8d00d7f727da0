import type { Sql } from "../database/sql.js";
import type { LoaderFactory } from "../schema/context.js";
import { RequestError } from "../schema/request-error.js";
import type { OutputLine } from "./progress.sql.js";

/** Which lines of which command. */
export interface OutputRange {
  /** Plain uuid. */
  readonly commandId: string;
  /** Only lines after this sequence; null: the last lines. */
  readonly after: number | null;
  readonly first: number;
}

/** The lines of one range, in order. */
export async function readOutput(sql: Sql, range: OutputRange): Promise<OutputLine[]> {
  const [lines = []] = await readOutputs(sql, [range]);
  return lines;
}

/** The lines of many ranges, each in order. */
export async function readOutputs(sql: Sql, ranges: readonly OutputRange[]): Promise<OutputLine[][]> {
  const rows = await sql.query<OutputLine & { place: number }>(
    `select r.place, line.sequence, line.occurred_at as "occurredAt", line.text
     from unnest($1::uuid[], $2::int[], $3::int[]) with ordinality as r (command_id, after, first, place)
     cross join lateral (
       (select sequence, occurred_at, text from command_output o
        where r.after is not null and o.command_id = r.command_id and o.sequence > r.after
        order by o.sequence limit r.first)
       union all
       (select sequence, occurred_at, text from command_output o
        where r.after is null and o.command_id = r.command_id
        order by o.sequence desc limit r.first)
     ) line
     order by r.place, line.sequence`,
    [
      ranges.map(({ commandId }) => commandId),
      ranges.map(({ after }) => after),
      ranges.map(({ first }) => first),
    ],
    "commands.read-output",
  );
  const byPlace = Map.groupBy(rows, ({ place }) => place);
  return ranges.map((_, index) =>
    (byPlace.get(index + 1) ?? []).map(({ sequence, occurredAt, text }) => ({ sequence, occurredAt, text })),
  );
}

/** Most lines in one answer, over all its commands: each line may have 4000 characters. */
const MOST_LINES_OF_REQUEST = 20_000;

/** The loader of output lines. Throws TOO_COMPLEX when one request asks for too many in all. */
export const outputLoader: LoaderFactory<OutputRange, OutputLine[]> = (context) => {
  let asked = 0;
  return async (ranges) => {
    asked += ranges.reduce((sum, { first }) => sum + first, 0);
    if (asked > MOST_LINES_OF_REQUEST) {
      const message = `The operation asks for ${asked} lines of output; at most ${MOST_LINES_OF_REQUEST} are allowed. Ask for fewer commands or fewer lines.`;
      throw new RequestError("TOO_COMPLEX", message);
    }
    return await readOutputs(context.database, ranges);
  };
};
