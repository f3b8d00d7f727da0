import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";

import { runVisibly } from "./run-visibly.mjs";

const MODULE = pathToFileURL(path.join(import.meta.dirname, "run-visibly.mjs")).href;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "redflag-visibly-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const node = (script: string) => ({
  doing: "testing",
  command: process.execPath,
  args: ["-e", script],
  cwd: folder,
  env: process.env,
});

/** Writes its process id, then goes on whatever it is asked; a child of it holds its output open. */
const STUBBORN = `
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => {});
  const { spawn } = require("node:child_process");
  const { renameSync, writeFileSync } = require("node:fs");
  const child = spawn(process.execPath, ["-e", "setTimeout(() => {}, 60_000)"], { stdio: "inherit" });
  writeFileSync("half", JSON.stringify([process.pid, child.pid]));
  renameSync("half", "pids");
  setInterval(() => {}, 60_000);
`;

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

test("a tool's output and end are told", async () => {
  const result = await runVisibly(
    node("console.log('out'); console.error('err'); process.exit(3)"),
    () => {},
  );
  expect(result).toMatchObject({ ok: false });
  expect(result.output.split("\n").toSorted()).toEqual(["", "err", "out"]);
  expect(await runVisibly(node(""), () => {})).toMatchObject({ ok: true, output: "" });
});

test.skipIf(process.platform === "win32")("a tool that goes on after Ctrl-C is killed", async () => {
  const script = `
    import { runVisibly } from ${JSON.stringify(MODULE)};
    const work = ${JSON.stringify({ ...node(STUBBORN), env: {} })};
    await runVisibly(work, console.log, 50).catch((error) => console.log(error.message));
  `;
  const outer = spawn(process.execPath, ["--input-type=module", "-e", script], { cwd: folder });
  let output = "";
  outer.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const pids = path.join(folder, "pids");
  await expect.poll(() => existsSync(pids), { timeout: 20_000 }).toBe(true);
  const [tool = 0, left = 0] = JSON.parse(readFileSync(pids, "utf8")) as number[];
  try {
    outer.kill("SIGINT");
    await once(outer, "close");
    expect(output).toBe("  stopping … (was testing)\nStopped while testing; the next start continues.\n");
    expect(isAlive(tool)).toBe(false);
    expect(isAlive(left)).toBe(true);
  } finally {
    process.kill(left, "SIGKILL");
  }
});
