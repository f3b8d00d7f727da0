import { mkdtempSync, readFileSync, rmSync, statSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";

import { openLog } from "./log-file.mjs";

test("a log that grew too large starts again and keeps one older copy", () => {
  const dataDir = mkdtempSync(path.join(tmpdir(), "redflag-log-"));
  onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }));
  const log = openLog(dataDir, "server", 10);
  writeSync(log.fd, "first line that is long\n");
  log.rotate();
  writeSync(log.fd, "second\n");
  log.rotate();
  expect(readFileSync(log.file, "utf8")).toBe("second\n");
  expect(readFileSync(`${log.file}.1`, "utf8")).toBe("first line that is long\n");
  expect(statSync(log.file).mode & 0o777).toBe(0o600);
});
