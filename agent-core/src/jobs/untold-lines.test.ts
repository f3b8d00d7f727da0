import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { untoldLines } from "./untold-lines.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "redflag-untold-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("only what was not told is told, stream by stream, and made harmless", async () => {
  writeFileSync(path.join(folder, "stdout.log"), "one\ntwo\ntwo\n\u001b[2Jthree\n");
  writeFileSync(path.join(folder, "stderr.log"), "warning\nlast without line break");
  const told = ["a line of an earlier phase", "one", "warning", "two"];
  expect(await untoldLines(folder, told)).toEqual(["two", "\\x1b[2Jthree", "last without line break"]);
  expect(await untoldLines(folder, [])).toHaveLength(6);
});

test("without any output there is nothing to tell", async () => {
  expect(await untoldLines(path.join(folder, "none"), ["x"])).toEqual([]);
});
