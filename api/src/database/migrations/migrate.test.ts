import { Migration } from "@mikro-orm/migrations";
import { expect, test, vi } from "vitest";
import { createTestDatabase } from "../../testing/database.js";
import { runProgram } from "../../testing/run-program.js";
import { migrations } from "./index.js";
import { migrate } from "./migrate.js";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const allNames = migrations.map(({ name }) => name);

test("an empty database gets every migration once, in order", async () => {
  await using database = await createTestDatabase({ empty: true });
  expect(await migrate(database)).toEqual(allNames);
  expect(await migrate(database)).toEqual([]);
  const rows = await database.query<{ name: string }>("select name from schema_migrations order by id");
  expect(rows.map(({ name }) => name)).toEqual(allNames);
});

test("names are unique and count up, so that the order is the same everywhere", () => {
  expect(new Set(allNames).size).toBe(allNames.length);
  expect(allNames.toSorted()).toEqual(allNames);
});

test("D11 two servers that start together migrate once", async () => {
  await using database = await createTestDatabase({ empty: true });
  const connection = JSON.stringify(database.connection);
  const programs = [1, 2, 3].map(() => runProgram("migrate-once", [connection]));
  const ran = (await Promise.all(programs.map(({ firstLine }) => firstLine))) as string[][];
  expect(ran.toSorted((a, b) => a.length - b.length)).toEqual([[], [], allNames]);
  expect(await Promise.all(programs.map(({ ended }) => ended))).toMatchObject(
    programs.map(() => ({ exitCode: 0, errors: "" })),
  );
});

test("D11 a server killed in the middle of its migrations leaves nothing half done, and the next one does them all", async () => {
  await using database = await createTestDatabase({ empty: true });
  const { child, ended } = runProgram("migrate-and-die", [JSON.stringify(database.connection)]);
  const sleeping = `select pid from pg_stat_activity
    where datname = current_database() and query like '%pg_sleep(600)%' and pid <> pg_backend_pid()`;
  await expect.poll(() => database.query(sleeping), { timeout: 30_000 }).toHaveLength(1);
  const next = migrate(database);
  child.kill("SIGKILL");
  await ended;
  expect(await next).toEqual(allNames);
  expect(await database.query("select to_regclass('half_done') as half")).toEqual([{ half: null }]);
}, 60_000);

test("D11 a schema of a newer version is refused and left alone", async () => {
  await using database = await createTestDatabase();
  await database.query("insert into schema_migrations (name, executed_at) values ('9999-future', now())");
  await expect(migrate(database)).rejects.toMatchObject({
    code: "DATABASE_TOO_NEW",
    exitCode: 78,
    message: expect.stringContaining("does not know 9999-future"),
  });
});

test.each(["0".repeat(64), null])(
  "D11 a schema of another build is refused and left alone (digest %s)",
  async (digest) => {
    await using database = await createTestDatabase();
    await database.query("update schema_migrations set digest = $1 where name = '0003-inventory'", [digest]);
    await expect(migrate(database)).rejects.toMatchObject({
      code: "DATABASE_DIFFERS",
      exitCode: 78,
      message: expect.stringContaining("migration 0003-inventory is not this version's"),
    });
  },
);

test("a migration that fails takes all of this start's with it", async () => {
  class Broken extends Migration {
    override up(): void {
      this.addSql("create table half_done (id int)");
      this.addSql("select no_such_function()");
    }
  }
  await using database = await createTestDatabase({ empty: true });
  const list = [...migrations, { name: "9998-broken", class: Broken }];
  const settings = database.orm.config.get("migrations");
  database.orm.config.set("migrations", { ...settings, migrationsList: list });
  await expect(migrate(database)).rejects.toThrow(/no_such_function/);
  expect(
    await database.query("select to_regclass('events') as events, to_regclass('half_done') as half"),
  ).toEqual([{ events: null, half: null }]);
  database.orm.config.set("migrations", { ...settings, migrationsList: migrations });
  expect(await migrate(database)).toEqual(allNames);
});
