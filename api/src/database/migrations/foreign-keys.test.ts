import { expect, test } from "vitest";
import { createTestDatabase } from "../../testing/database.js";

test("every foreign key has an index over its columns, and can wait until the end of a rebuild", async () => {
  await using database = await createTestDatabase();
  const keys = await database.query<{ name: string; isIndexed: boolean; isDeferrable: boolean }>(
    `select c.conrelid::regclass || ' (' || string_agg(a.attname, ', ' order by k.position) || ')' as name,
       c.condeferrable as "isDeferrable",
       exists (
         select from pg_index i
         where i.indrelid = c.conrelid and i.indpred is null
           and (i.indkey::int2[])[0:cardinality(c.conkey) - 1] @> c.conkey
       ) as "isIndexed"
     from pg_constraint c
     cross join lateral unnest(c.conkey) with ordinality as k (number, position)
     join pg_attribute a on a.attrelid = c.conrelid and a.attnum = k.number
     where c.contype = 'f' and c.connamespace = 'public'::regnamespace
     group by c.oid`,
  );
  expect(keys.length).toBeGreaterThan(5);
  expect(keys.filter(({ isIndexed }) => !isIndexed)).toEqual([]);
  expect(keys.filter(({ isDeferrable }) => !isDeferrable)).toEqual([]);
});
