import type { DateTimeRange, IdFilter, StringFilter } from "./filter.type.js";
import { decodeId, type IdPrefix } from "./global-id.js";
import { RequestError } from "./request-error.js";
import { rawSql, sql, type SqlFragment } from "./sql-fragment.js";

const MOST = 200;

/**
 * The conditions that filters ask for; `expression` is SQL of the program's own. An absent filter asks for
 * nothing. They throw BAD_USER_INPUT for a filter with none or several members, or with too many values.
 */

/** The plain uuids that a filter allows; null when it asks for nothing. Ids of other kinds name nothing. */
export function idsIn(prefix: IdPrefix, filter: IdFilter | null | undefined): string[] | null {
  if (filter == null) return null;
  requireOneMember(filter);
  const ids = filter.eq == null ? (filter.in ?? []) : [filter.eq];
  requireFew(ids.length);
  return ids.flatMap((id) => decodeId(prefix, id) ?? []);
}

/** An id of one prefix in a uuid column. Ids of other kinds match nothing. */
export function whereId(
  expression: string,
  prefix: IdPrefix,
  filter: IdFilter | null | undefined,
): SqlFragment[] {
  const ids = idsIn(prefix, filter);
  return ids === null ? [] : [sql`${rawSql(expression)} = any(${ids}::uuid[])`];
}

/** A text. `contains` ignores case, and no character in it is a wildcard. */
export function whereString(expression: string, filter: StringFilter | null | undefined): SqlFragment[] {
  if (filter == null) return [];
  requireOneMember(filter);
  const column = rawSql(expression);
  if (filter.contains != null) return [sql`strpos(lower(${column}), lower(${clean(filter.contains)})) > 0`];
  const texts = filter.eq == null ? (filter.in ?? []) : [filter.eq];
  requireFew(texts.length);
  return [equalsOneOf(expression, texts.map(clean))];
}

/** A text column against few texts. Against one, an index that goes on with the order of the list gives it. */
export function equalsOneOf(expression: string, texts: readonly string[]): SqlFragment {
  const column = rawSql(expression);
  const [only, ...others] = texts;
  if (only !== undefined && others.length === 0) return sql`${column} = ${only}::text`;
  return sql`${column} = any(${texts}::text[])`;
}

/** One of a set of words. An empty set matches nothing. */
export function whereOneOf(expression: string, words: readonly string[] | null | undefined): SqlFragment[] {
  if (words == null) return [];
  requireFew(words.length);
  return [sql`${rawSql(expression)} = any(${words}::text[])`];
}

/** A span of time. */
export function whereBetween(expression: string, range: DateTimeRange | null | undefined): SqlFragment[] {
  const column = rawSql(expression);
  return [
    ...(range?.from == null ? [] : [sql`${column} >= ${range.from}`]),
    ...(range?.to == null ? [] : [sql`${column} < ${range.to}`]),
  ];
}

/** PostgreSQL knows no NUL and no half characters; text with them matches nothing stored. */
function clean(text: string): string {
  return text.toWellFormed().replaceAll("\u0000", "\ufffd");
}

function requireOneMember(filter: object): void {
  const given = Object.values(filter).filter((value) => value != null).length;
  if (given === 1) return;
  const message = given === 0 ? "A filter has no member; give one" : "A filter has several members; give one";
  throw new RequestError("BAD_USER_INPUT", `${message}: eq, in or, for texts, contains.`);
}

function requireFew(count: number): void {
  if (count > MOST)
    throw new RequestError("BAD_USER_INPUT", `A filter lists ${count} values; at most ${MOST} are allowed.`);
}
