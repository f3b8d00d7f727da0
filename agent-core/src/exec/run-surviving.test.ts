import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { buildEnvironment } from "./environment.js";
import { DEFAULT_LIMITS } from "./limits.js";
import { isStillRunning, type ProcessIdentity } from "./process-identity.js";
import { runSurviving } from "./run-surviving.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "redflag-survive-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const start = (script: string, signal: AbortSignal, onStarted?: (identity: ProcessIdentity) => void) =>
  runSurviving(
    {
      file: "/bin/sh",
      argv: ["-c", script],
      env: buildEnvironment("/nonexistent", {}),
      hasStatusFd: true,
      signal,
      limits: DEFAULT_LIMITS,
      ...(onStarted ? { onStarted } : {}),
    },
    path.join(folder, "run"),
  );

test("a commit is neither aborted nor signalled; its output and end are read", async () => {
  const controller = new AbortController();
  const go = path.join(folder, "go");
  let identity: ProcessIdentity | undefined;
  const script = `echo begun; echo pm:1 >&3; while [ ! -e ${go} ]; do sleep 0.05; done; echo done >&2; exit 3`;
  const events = start(script, controller.signal, (started) => {
    identity = started;
  });
  const seen: string[] = [];
  let next = await events.next();
  expect(isStillRunning(identity!)).toBe(true);
  controller.abort();
  writeFileSync(go, "");
  while (!next.done) {
    seen.push(`${next.value.stream} ${Buffer.from(next.value.bytes).toString().trim()}`);
    next = await events.next();
  }
  expect(seen.toSorted()).toEqual(["status pm:1", "stderr done", "stdout begun"]);
  expect(next.value).toEqual({ exitCode: 3, signal: null, truncated: false });
  expect(isStillRunning(identity!)).toBe(false);
});

test("a commit outlives the kill -9 of the process that started it", async () => {
  const marker = path.join(folder, "finished");
  const started = path.join(folder, "started");
  const script = `touch ${started}; sleep 0.6; echo still writing; touch ${marker}`;
  const hooks = path.join(import.meta.dirname, "../testing/typescript-hooks.mjs");
  const program = path.join(import.meta.dirname, "../testing/start-surviving.ts");
  const out = path.join(folder, "run");
  const agent = spawn(process.execPath, ["--conditions=source", "--import", hooks, program, script, out], {
    stdio: "ignore",
  });
  await expect.poll(() => existsSync(started), { timeout: 10_000 }).toBe(true);
  agent.kill("SIGKILL");
  await expect.poll(() => existsSync(marker), { timeout: 10_000 }).toBe(true);
  expect(readFileSync(path.join(out, "stdout.log"), "utf8")).toBe("still writing\n");
});
