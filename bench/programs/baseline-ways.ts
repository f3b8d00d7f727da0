import { defineEntity, MikroORM } from "@mikro-orm/postgresql";
import { randomUUID } from "node:crypto";
import { Pool } from "pg";
import { parseIntoClientConfig } from "pg-connection-string";

import type { ScanItemInput, ScanReportInput } from "../../agent-core/dist/protocol/operations.js";

/** Stores or looks up what an agent sent, and says what is answered. */
type Answer = (agentId: string, report: ScanReportInput) => Promise<unknown>;

const CONNECTIONS = 10;

/** The columns and indexes of RedFlag's table as far as a report fills them. */
const TABLE = `
  create table if not exists packages (
    id uuid primary key, agent_id uuid not null, source text not null, key text not null, name text not null,
    architecture text, installed_version text, candidate_version text not null, version_scheme text not null,
    origin text, kind text not null, severity text not null, download_bytes bigint, is_held boolean not null,
    restart text not null, listed_number bigint not null, changed_at timestamptz not null,
    unique (agent_id, source, key)
  ) with (fillfactor = 85);
  create index if not exists packages_severity on packages (severity, id);
  create index if not exists packages_name on packages (name, id);
  create index if not exists packages_changed_at on packages (changed_at, id);
  create table if not exists digests (
    agent_id uuid, source text, digest text not null, primary key (agent_id, source)
  )`;
const COLUMNS = {
  id: "uuid",
  agent_id: "uuid",
  source: "text",
  key: "text",
  name: "text",
  architecture: "text",
  installed_version: "text",
  candidate_version: "text",
  version_scheme: "text",
  origin: "text",
  kind: "text",
  severity: "text",
  download_bytes: "bigint",
  is_held: "boolean",
  restart: "text",
  listed_number: "bigint",
  changed_at: "timestamptz",
} as const;
const Packages = defineEntity({
  name: "packages",
  properties: (p) => ({
    id: p.uuid().primary(),
    agent_id: p.uuid(),
    source: p.text(),
    key: p.text(),
    name: p.text(),
    architecture: p.text().nullable(),
    installed_version: p.text().nullable(),
    candidate_version: p.text(),
    version_scheme: p.text(),
    origin: p.text().nullable(),
    kind: p.text(),
    severity: p.text(),
    download_bytes: p.bigint("number").nullable(),
    is_held: p.boolean(),
    restart: p.text(),
    listed_number: p.bigint("number"),
    changed_at: p.datetime(),
  }),
});
type Row = ReturnType<typeof rowOf>;

const names = Object.keys(COLUMNS) as (keyof Row)[];
const FOUND_BY = ["agent_id", "source", "key"] as const;
const updated = names.filter((name) => name !== "id" && !FOUND_BY.some((key) => key === name));
const CONFLICT = `on conflict (${FOUND_BY.join(", ")}) do update set ${updated
  .map((name) => `${name} = excluded.${name}`)
  .join(", ")}`;
const INSERT = `insert into packages (${names.join(", ")})`;
const UNNEST = `${INSERT} select * from unnest(${names
  .map((name, index) => `$${index + 1}::${COLUMNS[name]}[]`)
  .join(", ")})`;
const ONE_ROW = `${INSERT} values (${names.map((_, index) => `$${index + 1}`).join(", ")}) ${CONFLICT}`;

/** By name: each opens a database and says how it answers. */
export const baselineWays = {
  /** The limit of a first report: one prepared statement. */
  async unnest(url): Promise<Answer> {
    const pool = await open(url);
    return async (agentId, report) => {
      const values = columnsOf(rowsOf(agentId, report));
      return (await pool.query({ name: "unnest", text: `${UNNEST} ${CONFLICT}`, values })).rowCount;
    };
  },

  async "per-row"(url): Promise<Answer> {
    const pool = await open(url);
    return (agentId, report) =>
      transaction(pool, async (query) => {
        for (const row of rowsOf(agentId, report)) {
          await query({ name: "row", text: ONE_ROW, values: names.map((name) => row[name]) });
        }
      });
  },

  async "upsert-many"(url): Promise<Answer> {
    await (await open(url)).end();
    const orm = await MikroORM.init({
      entities: [Packages],
      ...baselineConnection(url),
      pool: { min: 0, max: CONNECTIONS },
    });
    return async (agentId, report) => {
      const rows = rowsOf(agentId, report);
      const stored = await orm.em.fork().upsertMany(Packages, rows, { onConflictFields: [...FOUND_BY] });
      return stored.length;
    };
  },

  /** What a server does that does not compare. */
  async rewrite(url): Promise<Answer> {
    const pool = await open(url);
    return (agentId, report) =>
      transaction(pool, async (query) => {
        const text = "delete from packages where agent_id = $1 and source = $2";
        await query({ name: "delete", text, values: [agentId, report.source] });
        await query({ name: "insert", text: UNNEST, values: columnsOf(rowsOf(agentId, report)) });
      });
  },

  /** The limit of an unchanged report: is this digest the one that is known? */
  async select(url): Promise<Answer> {
    const pool = await open(url);
    const text = "select digest from digests where agent_id = $1 and source = $2";
    return async (agentId) =>
      (await pool.query({ name: "select", text, values: [agentId, "apt"] })).rows[0] ?? null;
  },
} satisfies Record<string, (url: string) => Promise<Answer>>;

/** Names of {@link baselineWays}. */
export type BaselineWay = keyof typeof baselineWays;

/** MikroORM's own clientUrl cannot name a Unix socket. */
function baselineConnection(url: string) {
  const { database, ...driverOptions } = parseIntoClientConfig(url);
  return { dbName: database ?? "", driverOptions };
}

async function open(url: string): Promise<Pool> {
  const pool = new Pool({ connectionString: url, max: CONNECTIONS });
  await pool.query(TABLE);
  return pool;
}

async function transaction(pool: Pool, run: (query: (config: object) => Promise<unknown>) => Promise<void>) {
  const client = await pool.connect();
  try {
    await client.query("begin");
    await run((config) => client.query(config as never));
    await client.query("commit");
    return null;
  } finally {
    client.release();
  }
}

function rowsOf(agentId: string, report: ScanReportInput): Row[] {
  return report.items.map((item) => rowOf(agentId, report, item));
}

function rowOf(agentId: string, report: ScanReportInput, item: ScanItemInput) {
  return {
    id: randomUUID(),
    agent_id: agentId,
    source: report.source,
    key: item.key,
    name: item.name,
    architecture: item.architecture ?? null,
    installed_version: item.installedVersion ?? null,
    candidate_version: item.candidateVersion,
    version_scheme: report.versionScheme,
    origin: item.origin ?? null,
    kind: item.kind,
    severity: item.severity,
    download_bytes: item.downloadBytes ?? null,
    is_held: false,
    restart: item.restart,
    listed_number: report.scanNumber,
    changed_at: new Date(),
  };
}

function columnsOf(rows: readonly Row[]): unknown[][] {
  return names.map((name) => rows.map((row) => row[name]));
}
