import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
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

test("an error after the start is raised only when the commit has ended", async () => {
  const go = path.join(folder, "go");
  let identity: ProcessIdentity | undefined;
  const script = `while [ ! -e ${go} ]; do sleep 0.05; done`;
  const events = start(script, new AbortController().signal, (started) => {
    identity = started;
    throw new Error("The disk is full.");
  });
  const next = events.next().catch((error: unknown) => error);
  await expect.poll(() => identity !== undefined).toBe(true);
  expect(await Promise.race([next, sleep(300, "pending")])).toBe("pending");
  writeFileSync(go, "");
  expect(await next).toEqual(new Error("The disk is full."));
  expect(isStillRunning(identity!)).toBe(false);
});

test("whoever stops reading a commit goes on only when it has ended", async () => {
  const go = path.join(folder, "go");
  let identity: ProcessIdentity | undefined;
  const script = `echo begun; while [ ! -e ${go} ]; do sleep 0.05; done`;
  const events = start(script, new AbortController().signal, (started) => {
    identity = started;
  });
  await events.next();
  const left = events.return({ exitCode: null, signal: null, truncated: false });
  expect(await Promise.race([left, sleep(300, "pending")])).toBe("pending");
  writeFileSync(go, "");
  await left;
  expect(isStillRunning(identity!)).toBe(false);
});

test("logs that are removed behind its back are read all the same", async () => {
  const events = start("echo begun", new AbortController().signal, () =>
    rmSync(path.join(folder, "run"), { recursive: true }),
  );
  const { value } = await events.next();
  expect(value).toMatchObject({ stream: "stdout", bytes: new TextEncoder().encode("begun\n") });
  await events.return({ exitCode: null, signal: null, truncated: false });
});

test("a commit whose logs cannot be made is not started", async () => {
  mkdirSync(path.join(folder, "run"));
  writeFileSync(path.join(folder, "run/status.log"), "");
  const marker = path.join(folder, "marker");
  await expect(start(`touch ${marker}`, new AbortController().signal).next()).rejects.toThrow("EEXIST");
  expect(existsSync(marker)).toBe(false);
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
