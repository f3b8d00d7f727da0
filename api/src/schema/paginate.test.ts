import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "../testing/database.js";
import type { PageArgs } from "./page-args.js";
import { paginate, type OrderColumn } from "./paginate.js";
import { sql } from "./sql-fragment.js";

interface Row {
  id: number;
  name: string;
  rank: number;
}

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase({ empty: true });
  await database.query(
    "create table things (id int primary key, name text not null, rank int not null, at timestamptz not null)",
  );
});
afterAll(() => database.drop());

const id: OrderColumn = { expression: "id", type: "int4", direction: "asc" };

function page(args: PageArgs, orderBy: readonly [OrderColumn, ...OrderColumn[]] = [id], least = 0) {
  return paginate<Row, Row>({
    sql: database,
    args,
    select: "id, name, rank",
    from: sql`things`,
    where: [sql`id >= ${least}`],
    orderBy,
    toNode: ({ id: key, name, rank }) => ({ id: key, name, rank }),
  });
}

async function fill(rows: readonly { name: string; rank: number; at: Date }[]): Promise<void> {
  await database.query("truncate things");
  await database.query(
    "insert into things select ordinality, name, rank, at from unnest($1::text[], $2::int[], $3::timestamptz[]) with ordinality as t (name, rank, at)",
    [rows.map(({ name }) => name), rows.map(({ rank }) => rank), rows.map(({ at }) => at)],
  );
}

const rowsOf = fc.array(
  fc.record({
    name: fc.constantFrom("", "a", "A", "ä", "b'", "—", "zz"),
    rank: fc.integer({ min: -2, max: 2 }),
    at: fc.constantFrom(new Date(0), new Date("2026-11-21T09:30:00.123Z")),
  }),
  { maxLength: 25 },
);
const directions = fc.constantFrom("asc" as const, "desc" as const);

test("pages read one after another are the whole list once, forwards and backwards, in every order", async () => {
  await fc.assert(
    fc.asyncProperty(
      rowsOf,
      directions,
      directions,
      directions,
      directions,
      fc.integer({ min: 1, max: 7 }),
      async (rows, a, b, c, d, size) => {
        await fill(rows);
        const orderBy = [
          { expression: "rank", type: "int4", direction: a },
          { expression: "lower(name)", type: "text", direction: b },
          { expression: "at", type: "timestamptz", direction: c },
          { ...id, direction: d },
        ] as const;
        const all = await database.query<Row>(
          `select id, name, rank from things order by rank ${a}, lower(name) ${b}, at ${c}, id ${d}`,
        );
        const forwards: Row[] = [];
        for (let after: string | null = null, more = true; more;) {
          const { nodes, pageInfo }: Awaited<ReturnType<typeof page>> = await page(
            { first: size, after },
            orderBy,
          );
          expect(pageInfo.hasPreviousPage).toBe(after !== null);
          forwards.push(...nodes);
          after = pageInfo.endCursor;
          more = pageInfo.hasNextPage;
        }
        expect(forwards).toEqual(all);
        const backwards: Row[] = [];
        for (let before: string | null = null, more = true; more;) {
          const { nodes, pageInfo }: Awaited<ReturnType<typeof page>> = await page(
            { last: size, before },
            orderBy,
          );
          backwards.unshift(...nodes);
          before = pageInfo.startCursor;
          more = pageInfo.hasPreviousPage;
        }
        expect(backwards).toEqual(all);
      },
    ),
    { numRuns: 40 },
  );
});

test("rows that come and go between two pages shift nothing", async () => {
  await fill(Array.from({ length: 6 }, (_, index) => ({ name: `n${index}`, rank: 0, at: new Date(0) })));
  const first = await page({ first: 2 });
  await database.query("delete from things where id = 1");
  const second = await page({ first: 2, after: first.pageInfo.endCursor });
  expect(second.nodes.map(({ id: key }) => key)).toEqual([3, 4]);
});

test("the count is asked for only when it is called, and knows no page", async () => {
  await fill(Array.from({ length: 9 }, () => ({ name: "n", rank: 0, at: new Date(0) })));
  const { totalCount } = await page(
    { first: 2, after: (await page({ first: 3 })).pageInfo.endCursor },
    [id],
    4,
  );
  await database.query("delete from things where id = 9");
  expect(await totalCount()).toBe(5);
});

test("sizes beyond 1 to 200, and both ends at once, are refused by name", async () => {
  await expect(page({ first: 0 })).rejects.toThrow("first is 0; it must be from 1 to 200");
  await expect(page({ first: 201 })).rejects.toThrow("first is 201");
  await expect(page({ last: -1 })).rejects.toThrow("last is -1");
  await expect(page({ first: 1, last: 1 })).rejects.toThrow("not both");
  expect((await page({})).nodes.length).toBeLessThanOrEqual(50);
});

test("G19 a cursor that is not of this list is refused, whatever stands in it", async () => {
  const other = await page({ first: 1 }, [{ ...id, direction: "desc" }]);
  await expect(page({ after: other.pageInfo.endCursor })).rejects.toThrow("does not belong to this list");
  const own = (await page({ first: 1 })).pageInfo.endCursor ?? "";
  const [tag] = JSON.parse(Buffer.from(own, "base64url").toString()) as [string];
  const forged = (value: unknown): string => Buffer.from(JSON.stringify([tag, value])).toString("base64url");
  for (const value of ["1 or true", "99999999999", "", null, 7, "\u0000", ["1"]]) {
    await expect(page({ after: forged(value) })).rejects.toMatchObject({
      extensions: { code: "BAD_USER_INPUT" },
    });
  }
  await fc.assert(
    fc.asyncProperty(fc.string(), async (text) => {
      await expect(page({ before: text })).rejects.toThrow("does not belong");
    }),
    { numRuns: 20 },
  );
});
