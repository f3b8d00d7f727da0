import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { Migration } from "@mikro-orm/migrations";
import type { Client } from "pg";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { claimCommands } from "../commands/claim-commands.js";
import { startScan } from "../commands/start-scan.js";
import { alice, createFleet, type Fleet } from "../commands/testing/fleet.js";
import { migrations } from "../database/migrations/index.js";
import { migrate } from "../database/migrations/migrate.js";
import { verify } from "../events/verify.js";
import { createTestDatabase, type TestDatabase } from "../testing/database.js";
import { openBackup } from "./open-backup.js";
import { restoreBackup } from "./restore-backup.js";
import { saveBackup } from "./save-backup.js";
import { contentsOf, textOf } from "./testing/contents.js";
import { writeBackup } from "./write-backup.js";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const NOW = Date.parse("2026-11-21T12:00:00Z");
const HOSTILE = "tab\there\nnew line \\. \\N back\\slash \u202e \u{1f600} ü '\";--";
let folder: string;
let fleet: Fleet;
let client: Client;
let file: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "redflag-backup-"));
  fleet = await createFleet();
  for (let number = 0; number < 20; number += 1) {
    await fleet.enrol({ packages: ["openssl", `lib-${number}`, HOSTILE] });
  }
  const agent = await fleet.enrol();
  const { ids } = await startScan(fleet.parts, alice, { agentIds: [agent.id], refresh: true });
  await claimCommands(fleet.parts, agent.caller, 10);
  client = await fleet.database.openClient();
  await client.query("insert into command_output values ($1, 1, now(), $2), ($1, 2, now(), '')", [
    ids[0],
    HOSTILE,
  ]);
  await client.query(
    "insert into idempotency_keys values ('operator:1', 'startScan', 'k', 'h', null, now() + '1 day')",
  );
  file = path.join(folder, "first.backup");
  await saveBackup(file, writeBackup(client, NOW));
});
afterAll(async () => {
  await client?.end();
  await fleet?.drop();
  await rm(folder, { recursive: true, force: true });
});

async function restore(database: TestDatabase, name: string, replace = false) {
  const own = await database.openClient();
  try {
    const report = await restoreBackup({ database, client: own, reader: await openBackup(name), replace });
    return { report, contents: await contentsOf(own) };
  } finally {
    await own.end();
  }
}

/** Rows that PostgreSQL cannot take, with the checksum that belongs to them. */
function withoutNumbers(text: string): string {
  const lines = text.split("\n");
  const end = lines.findIndex((line) => line.startsWith('{"table":"streams"'));
  const from = lines.slice(0, end - 1).lastIndexOf("\\.") + 2;
  const rows = lines.slice(from, end - 1).map((line) => line.replace(/\d+$/, "minus"));
  const sha256 = createHash("sha256")
    .update(rows.map((row) => `${row}\n`).join(""))
    .digest("hex");
  const tableEnd = JSON.stringify({ table: "streams", rows: rows.length, sha256 });
  return [...lines.slice(0, from), ...rows, "\\.", tableEnd, ...lines.slice(end + 1)].join("\n");
}

async function saveText(name: string, text: string | Buffer): Promise<string> {
  const target = path.join(folder, name);
  await writeFile(target, gzipSync(text));
  return target;
}

test("a backup is restored row for row, and state and log agree there", async () => {
  await using database = await createTestDatabase();
  const { report, contents } = await restore(database, file);
  const before = await contentsOf(client);
  expect(contents).toEqual(before);
  expect(report).toMatchObject({ createdAt: "2026-11-21T12:00:00.000Z" });
  expect(report.rows).toBe(Object.values(before).flat().length);
  expect(before["command_output"]).toHaveLength(2);
  expect(await database.query("select 1 from idempotency_keys")).toEqual([]);
  expect((await verify(database, fleet.log.projectors)).differences).toEqual([]);
  const own = await database.openClient();
  const again = path.join(folder, "again.backup");
  await saveBackup(again, writeBackup(own, NOW));
  await own.end();
  expect(await textOf(again)).toBe(await textOf(file));
});

test("the file is private, complete under its name only, and never replaces another", async () => {
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  await expect(saveBackup(file, writeBackup(client, NOW))).rejects.toMatchObject({
    code: "BACKUP_NOT_WRITTEN",
    exitCode: 73,
    message: expect.stringContaining("exists already"),
  });
  await expect(saveBackup(path.join(folder, "none/x"), writeBackup(client, NOW))).rejects.toMatchObject({
    code: "BACKUP_NOT_WRITTEN",
  });
  async function* breaks() {
    yield Buffer.from("half");
    throw new Error("the database went away");
  }
  await expect(saveBackup(path.join(folder, "half"), breaks())).rejects.toThrow("the database went away");
  await expect(stat(path.join(folder, "half"))).rejects.toMatchObject({ code: "ENOENT" });
});

test("a backup is one snapshot: what is written meanwhile is not in it", async () => {
  const writing = writeBackup(client, NOW);
  const chunks: Buffer[] = [];
  for await (const chunk of writing) {
    if (chunks.length === 0) await fleet.database.query("insert into streams values ('box:later', 7)");
    chunks.push(chunk);
  }
  await fleet.database.query("delete from streams where stream = 'box:later'");
  expect(Buffer.concat(chunks).toString()).not.toContain("box:later");
});

test("a target that holds something is refused, and replaced only when told so", async () => {
  await using database = await createTestDatabase();
  await database.query(
    "insert into events (id, stream, sequence, type, payload, actor) values (gen_random_uuid(), 'box:a', 1, 'x', '{}', '{}')",
  );
  await expect(restore(database, file)).rejects.toMatchObject({
    code: "TARGET_NOT_EMPTY",
    message: expect.stringContaining("(events)"),
  });
  expect(await database.query("select stream from events")).toEqual([{ stream: "box:a" }]);
  expect((await restore(database, file, true)).contents).toEqual(await contentsOf(client));
  const changing = database.query("delete from events");
  await expect(changing).rejects.toThrow("events are never changed or deleted");
});

test("a target that a server uses is refused", async () => {
  await using database = await createTestDatabase();
  const server = await database.openClient();
  await server.query("set application_name = 'redflag-wake'");
  await expect(restore(database, file)).rejects.toMatchObject({ code: "TARGET_IN_USE" });
  await server.end();
});

test("a cut file is refused wherever it was cut, and the target keeps what it had", async () => {
  await using database = await createTestDatabase();
  await database.query("insert into streams values ('box:kept', 0)");
  const whole = await readFile(file);
  const text = gunzipSync(whole);
  const packed = [0, 1, 10, 0.1, 0.5, 0.9].map((cut) => (cut < 1 && cut > 0 ? whole.length * cut : cut));
  for (const [index, length] of [...packed, whole.length - 1].entries()) {
    const cut = path.join(folder, `cut-${index}`);
    await writeFile(cut, whole.subarray(0, Math.floor(length)));
    await expect(restore(database, cut, true)).rejects.toMatchObject({
      code: "BACKUP_DAMAGED",
      exitCode: 65,
    });
  }
  for (let tenth = 1; tenth < 10; tenth += 1) {
    const cut = await saveText(`short-${tenth}`, text.subarray(0, Math.floor((text.length * tenth) / 10)));
    const error = await restore(database, cut, true).catch((reason: Error) => reason);
    expect(error).toMatchObject({ code: "BACKUP_DAMAGED", message: expect.stringMatching(/cut off/) });
    expect((error as Error).message).toMatch(/at (table \w+|the end)/);
  }
  const lines = text.toString().trimEnd().split("\n");
  const endless = await saveText("endless", `${lines.slice(0, -1).join("\n")}\n`);
  await expect(restore(database, endless, true)).rejects.toThrow(/damaged at the end/);
  expect(await database.query("select stream from streams")).toEqual([{ stream: "box:kept" }]);
});

test("a changed row, a lost row and a foreign row are found and named", async () => {
  await using database = await createTestDatabase();
  const text = gunzipSync(await readFile(file)).toString();
  const cases = {
    changed: text.replaceAll("lib-7", "lib-8"),
    lost: text.replace(/^agent:.*\n/m, ""),
    unreadable: text.replace('{"table":"agents"', '{"table":agents"'),
    refused: withoutNumbers(text),
    more: `${text}more\n`,
  };
  const words = {
    changed: /table \w+.*not those that were saved/,
    lost: /table streams.*should have \d+ rows, and has \d+/,
    unreadable: /table agents.*cannot be read/,
    refused: /table streams.*PostgreSQL refuses rows/,
    more: /more follows behind its end/,
  };
  for (const [name, content] of Object.entries(cases)) {
    expect(content).not.toBe(text);
    const damaged = await saveText(name, content);
    await expect(restore(database, damaged)).rejects.toThrow(words[name as keyof typeof words]);
  }
  expect(await database.query("select 1 from streams")).toEqual([]);
});

test("what is no backup, a later format and a newer schema are told apart", async () => {
  await using database = await createTestDatabase();
  const text = gunzipSync(await readFile(file)).toString();
  await expect(restore(database, path.join(folder, "nowhere"))).rejects.toMatchObject({
    code: "BACKUP_MISSING",
    exitCode: 66,
  });
  await expect(restore(database, await saveText("other", '{"a":1}\n'))).rejects.toThrow(
    "not a backup of RedFlag",
  );
  const plain = path.join(folder, "plain");
  await writeFile(plain, "no gzip at all");
  await expect(restore(database, plain)).rejects.toMatchObject({ code: "BACKUP_DAMAGED" });
  const later = await saveText("later", text.replace('"format":1', '"format":2'));
  await expect(restore(database, later)).rejects.toMatchObject({
    code: "BACKUP_TOO_NEW",
    message: expect.stringContaining("format 2"),
  });
  const newer = await saveText("newer", text.replace('"0004-commands"', '"0004-commands","9999-future"'));
  await expect(restore(database, newer)).rejects.toMatchObject({
    code: "BACKUP_TOO_NEW",
    message: expect.stringContaining("does not know 9999-future"),
  });
});

test("a backup of an older schema is migrated on the way", async () => {
  class Split extends Migration {
    override up(): void {
      this.addSql("alter table agents add column shout text");
      this.addSql("update agents set shout = upper(hostname)");
      this.addSql("alter table agents alter column shout set not null");
      this.addSql("alter table command_receipts rename to command_slips");
    }
  }
  await using database = await createTestDatabase();
  const settings = database.orm.config.get("migrations");
  const list = [...migrations, { name: "9998-split", class: Split }];
  database.orm.config.set("migrations", { ...settings, migrationsList: list });
  expect(await migrate(database)).toEqual(["9998-split"]);
  await restore(database, file);
  const agents = await database.query("select distinct hostname, shout from agents");
  expect(agents).toEqual([{ hostname: "host", shout: "HOST" }]);
  expect(await database.query("select nspname from pg_namespace where nspname like 'redflag%'")).toEqual([]);
  const events = await database.query<{ count: number }>("select count(*) as count from events");
  expect(events).toEqual([{ count: (await contentsOf(client))["events"]?.length }]);
});

test("no table counts with a sequence, which a backup would not carry over", async () => {
  const { rows } = await client.query(
    "select sequencename from pg_sequences where schemaname = 'public' and sequencename not like 'schema_migrations%'",
  );
  expect(rows).toEqual([]);
});
