/**
 * W2: the first report of an agent, 300 updates, through RedFlag's own API, beside servers that only store it: by
 * MikroORM's upsertMany, by one statement a row, and by one prepared statement for all of it, which is the limit. On a
 * PostgreSQL server with fsync and on the embedded one; the load comes from a process of its own.
 *
 * `node bench/w2-first-report.ts [rounds]` in a built checkout, with postgresql-15 installed.
 */
import { REPORT_SCAN } from "../agent-core/dist/protocol/operations.js";
import { openBaseline, openRedflag, REQUEST_MEASURES, requestContender } from "./contenders.ts";
import { openEmbeddedServer, openPostgresServer } from "./databases.ts";
import { LoadGenerator } from "./load.ts";
import { printTables } from "./report.ts";
import { runRounds } from "./rounds.ts";
import { sampleScan } from "./sample-scan.ts";

const REPORTS = 40;
const WARM_UPS = 2;
const rounds = Number(process.argv[2] ?? 5);
const variables = { input: sampleScan(1) };
using load = new LoadGenerator();

for (const open of [openPostgresServer, openEmbeddedServer]) {
  await using database = await open();
  await using redflag = await openRedflag(database, load);
  await using unnest = await openBaseline(database, "unnest");
  await using upsertMany = await openBaseline(database, "upsert-many");
  await using perRow = await openBaseline(database, "per-row");
  const servers = [
    ["RedFlag", redflag],
    ["limit: one prepared unnest statement", unnest],
    ["MikroORM upsertMany", upsertMany],
    ["one statement a row", perRow],
  ] as const;
  const contenders = servers.map(([name, server]) =>
    requestContender(name, server, load, async () => {
      const tokens = await server.enrol(REPORTS);
      return tokens.map((accessToken) => ({ query: String(REPORT_SCAN), variables, accessToken }));
    }),
  );
  const series = await runRounds(contenders, rounds, WARM_UPS);
  process.stdout.write(`## ${database.name}\n\n`);
  printTables(series, REQUEST_MEASURES);
}
