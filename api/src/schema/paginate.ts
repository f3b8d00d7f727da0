import { errorCode } from "../database/sql-errors.js";
import type { Sql } from "../database/sql.js";
import { badCursor, decodeCursor, encodeCursor, orderingTag } from "./cursor.js";
import { readPageArgs, type PageArgs } from "./page-args.js";
import { joinSql, rawSql, renderSql, sql, type SqlFragment } from "./sql-fragment.js";

/** One column that rows are ordered by. It must never be null: wrap it in `coalesce`. */
export interface OrderColumn {
  /** An SQL expression over `from`, written by the program: "lower(a.name)". */
  readonly expression: string;
  /** Its PostgreSQL type, to which a cursor's text is cast: "text", "int4", "timestamptz", "uuid". */
  readonly type: string;
  readonly direction: "asc" | "desc";
}

/** A list that can be paged through. */
export interface PageSource<Row extends object, Node> {
  readonly sql: Sql;
  readonly args: PageArgs;
  /** What to read, for example "a.id, a.name". */
  readonly select: string;
  /** Tables and joins, for example sql`agents a join …`. */
  readonly from: SqlFragment;
  /** All must hold. */
  readonly where: readonly SqlFragment[];
  /** The last one must tell any two rows apart: the id. */
  readonly orderBy: readonly [OrderColumn, ...OrderColumn[]];
  /** A row as the node that clients see. */
  readonly toNode: (row: Row) => Node;
}

/** One page, in the shape that connection types resolve from. */
export interface Page<Node> {
  readonly edges: readonly { readonly node: Node; readonly cursor: string }[];
  readonly nodes: readonly Node[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
  /** Asks the database only when called, which GraphQL does only when it is selected. */
  readonly totalCount: () => Promise<number>;
}

/** Reads one page by keyset. Throws BAD_USER_INPUT for wrong sizes and foreign cursors. */
export async function paginate<Row extends object, Node>(source: PageSource<Row, Node>): Promise<Page<Node>> {
  const page = readPageArgs(source.args);
  const { orderBy } = source;
  const tag = orderingTag(orderBy.map(({ expression, direction }) => `${expression} ${direction}`).join());
  const beyond = (cursor: string, flip: boolean): SqlFragment =>
    beyondCursor(orderBy, decodeCursor(tag, orderBy.length, cursor), flip);
  const where = [
    ...source.where,
    ...(page.after === null ? [] : [beyond(page.after, false)]),
    ...(page.before === null ? [] : [beyond(page.before, true)]),
  ];
  const order = orderBy.map(({ expression, direction }) =>
    rawSql(`${expression} ${page.isBackward ? opposite(direction) : direction}`),
  );
  const place = rawSql(orderBy.map(({ expression }) => `(${expression})::text`).join(", "));
  const { text, values } = renderSql(
    sql`select ${rawSql(source.select)}, array[${place}] as "page_place" from ${source.from}
      where ${joinSql(where, " and ", "true")} order by ${joinSql(order, ", ")} limit ${page.size + 1}`,
  );
  const rows = await source.sql
    .query<Row & { page_place: string[] }>(text, values)
    .catch((error: unknown) => {
      // Class 22: the text in a cursor does not fit its column's type, so somebody made it up.
      const isForged = (page.after ?? page.before) !== null && errorCode(error)?.startsWith("22");
      throw isForged ? badCursor() : error;
    });
  const hasMore = rows.length > page.size;
  const kept = rows.slice(0, page.size);
  const edges = (page.isBackward ? kept.toReversed() : kept).map((row) => ({
    node: source.toNode(row),
    cursor: encodeCursor(tag, row.page_place),
  }));
  return {
    edges,
    nodes: edges.map(({ node }) => node),
    pageInfo: {
      hasNextPage: page.isBackward ? page.before !== null : hasMore,
      hasPreviousPage: page.isBackward ? hasMore : page.after !== null,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
    totalCount: () => count(source),
  };
}

async function count<Row extends object, Node>(source: PageSource<Row, Node>): Promise<number> {
  const { text, values } = renderSql(
    sql`select count(*) as total from ${source.from} where ${joinSql(source.where, " and ", "true")}`,
  );
  const [row] = await source.sql.query<{ total: number }>(text, values);
  return row?.total ?? 0;
}

const opposite = (direction: "asc" | "desc"): "asc" | "desc" => (direction === "asc" ? "desc" : "asc");

/**
 * Rows after the cursor (before it, when `flip`). When all columns run the same way, one comparison of rows,
 * which an index over them answers; else column by column.
 */
function beyondCursor(
  columns: readonly OrderColumn[],
  values: readonly string[],
  flip: boolean,
): SqlFragment {
  const operator = (column: OrderColumn): string => ((column.direction === "asc") === flip ? "<" : ">");
  const value = (index: number): SqlFragment =>
    sql`${values[index]}::text::${rawSql(columns[index]?.type ?? "text")}`;
  const left = columns.map(({ expression }) => rawSql(expression));
  if (columns.every(({ direction }) => direction === columns[0]?.direction)) {
    const right = columns.map((_, index) => value(index));
    const than = rawSql(columns[0] ? operator(columns[0]) : ">");
    return sql`(${joinSql(left, ", ")}) ${than} (${joinSql(right, ", ")})`;
  }
  const alternatives = columns.map((column, index) => {
    const equal = columns.slice(0, index).map((_, at) => sql`${left[at]} = ${value(at)}`);
    return sql`(${joinSql([...equal, sql`${left[index]} ${rawSql(operator(column))} ${value(index)}`], " and ")})`;
  });
  return sql`(${joinSql(alternatives, " or ")})`;
}
