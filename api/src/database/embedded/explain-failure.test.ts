import { expect, test } from "vitest";
import { explainFailure } from "./explain-failure.js";

const AFTERWARDS = `2026-11-21 21:17:35.428 UTC [7] STATEMENT:  create database redflag;
2026-11-21 21:17:35.429 UTC [7] LOG:  checkpoint starting: shutdown immediate
2026-11-21 21:17:35.430 UTC [7] LOG:  checkpoint complete: wrote 3 buffers (0.0%), wrote 3 SLRU buffers
2026-11-21 21:17:35.431 UTC [7] LOG:  database system is shut down
backend>
`;

test("a full disk is named, whatever PostgreSQL printed afterwards", () => {
  const output = `2026-11-21 21:17:35.427 UTC [7] ERROR:  could not extend file "base/5/1259": No space left on device\n${AFTERWARDS}`;
  const { message } = explainFailure("Making the database folder failed", { output });
  expect(message).toBe(
    "Making the database folder failed: no space is left on the disk of the data folder: make room, or choose another folder with REDFLAG_DATA_DIR.",
  );
  const short =
    'ERROR:  could not extend file "base/1/2610": wrote only 4096 of 8192 bytes\nHINT:  Check free disk space.';
  expect(explainFailure("It failed", { output: short }).message).toContain("no space is left");
  const error = Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
  expect(explainFailure("Starting the database failed", { error, logFile: "/data/log" }).message).toMatch(
    /no space is left.* The whole log is \/data\/log\.$/,
  );
});

test("of a long output the complaint is shown, not what PostgreSQL did afterwards", () => {
  const fatal = 'FATAL:  could not open directory "pg_wal": Input/output error';
  const { message } = explainFailure("It failed", { output: `${fatal}\n${AFTERWARDS}` });
  expect(message).toBe(`It failed: ${fatal}`);
});

test("without a complaint the last lines are shown, and nothing is called nothing", () => {
  const output = "one\n\ntwo\nthree\nfour\nfive\n";
  expect(explainFailure("It failed", { output }).message).toBe("It failed: two | three | four | five");
  expect(explainFailure("It failed", {}).message).toBe("It failed: it printed nothing.");
});
