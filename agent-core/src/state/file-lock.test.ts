import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { lockHolder, tryLock } from "./file-lock.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "redflag-lock-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const takeElsewhere = async (file: string) => {
  const hooks = path.join(import.meta.dirname, "../testing/typescript-hooks.mjs");
  const program = path.join(import.meta.dirname, "../testing/hold-lock.ts");
  const child = spawn(process.execPath, ["--conditions=source", "--import", hooks, program, file], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  return { child, answer: line.toString().trim() };
};

test("a second process does not get the lock, and names the holder", async () => {
  const file = path.join(folder, "locks/agent.lock");
  const lock = tryLock(file);
  expect(lock).toBeDefined();
  expect((await takeElsewhere(file)).answer).toBe("refused");
  expect(lockHolder(file)).toBe(String(process.pid));
  lock!.release();
  const again = tryLock(file);
  expect(again).toBeDefined();
  again!.release();
});

test("kill -9 of the holder frees the lock", async () => {
  const file = path.join(folder, "agent.lock");
  const { child, answer } = await takeElsewhere(file);
  expect(answer).toBe("held");
  expect(tryLock(file)).toBeUndefined();
  const gone = once(child, "exit");
  child.kill("SIGKILL");
  await gone;
  const lock = tryLock(file);
  expect(lock).toBeDefined();
  lock!.release();
});
