/**
 * W3: what an agent costs whose machine did not change. A check-in that confirms the digest of its last report, beside one
 * that has nothing to confirm; a report in which 3 of 300 updates changed, beside a server that rewrites all 300; the
 * limit is one look-up by primary key. On a PostgreSQL server with fsync and on the embedded one; the load comes from a
 * process of its own.
 *
 * `node bench/w3-unchanged-report.ts [rounds]` in a built checkout, with postgresql-15 installed.
 */
import { CHECK_IN, REPORT_SCAN } from "../agent-core/dist/protocol/operations.js";
import {
  openBaseline,
  openRedflag,
  REQUEST_MEASURES,
  requestContender,
  type ReportServer,
} from "./contenders.ts";
import { openEmbeddedServer, openPostgresServer } from "./databases.ts";
import { LoadGenerator, type LoadRequest } from "./load.ts";
import { printTables } from "./report.ts";
import { runRounds } from "./rounds.ts";
import { sampleScan } from "./sample-scan.ts";

const AGENTS = 40;
const CHECK_INS = 1000;
const CHANGED = 3;
const WARM_UPS = 2;
const rounds = Number(process.argv[2] ?? 5);
using load = new LoadGenerator();

for (const open of [openPostgresServer, openEmbeddedServer]) {
  await using database = await open();
  await using redflag = await openRedflag(database, load);
  await using select = await openBaseline(database, "select");
  await using rewrite = await openBaseline(database, "rewrite");

  // Each kind of request has agents of its own, since a changed report changes what is known.
  const quiet = await reporting(redflag);
  const changing = await reporting(redflag);
  const rewritten = await reporting(rewrite);
  const { digest, finishedAt } = sampleScan(1);
  const digests = [{ source: "apt", digest, finishedAt }];
  const looked = await select.enrol(AGENTS);
  let scanNumber = 1;
  const checkIns = (tokens: readonly string[], sources: readonly object[]): LoadRequest[] =>
    Array.from({ length: CHECK_INS }, (_, index) => ({
      query: String(CHECK_IN),
      variables: { input: { sources } },
      accessToken: tokens[index % tokens.length] ?? "",
    }));

  const light = await runRounds(
    [
      requestContender("check-in", redflag, load, async () => checkIns(quiet, [])),
      requestContender("unchanged report, by its digest", redflag, load, async () =>
        checkIns(quiet, digests),
      ),
      requestContender("limit: one look-up", select, load, async () => checkIns(looked, digests)),
    ],
    rounds,
    WARM_UPS,
  );
  const heavy = await runRounds(
    [
      requestContender("3 of 300 changed", redflag, load, async () => reports(changing, (scanNumber += 1))),
      requestContender("rewrite of all 300", rewrite, load, async () => reports(rewritten, scanNumber)),
    ],
    rounds,
    WARM_UPS,
  );
  process.stdout.write(`## ${database.name}\n\n`);
  printTables(light, REQUEST_MEASURES);
  printTables(heavy, REQUEST_MEASURES);
}

/** @returns tokens of agents whose first report is known */
async function reporting(server: ReportServer): Promise<string[]> {
  const tokens = await server.enrol(AGENTS);
  await (await load.prepare({ url: server.url, requests: reports(tokens, 1) })).run();
  return tokens;
}

function reports(tokens: readonly string[], scanNumber: number): LoadRequest[] {
  const variables = { input: sampleScan(scanNumber, CHANGED) };
  return tokens.map((accessToken) => ({ query: String(REPORT_SCAN), variables, accessToken }));
}
