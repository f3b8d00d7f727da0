import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

import { withLock } from "./lock.mjs";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "redflag-lock-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const LOCK = JSON.stringify(path.join(import.meta.dirname, "lock.mjs"));

test("many processes work one after the other", async () => {
  const log = path.join(folder, "log");
  const script = `
    import { appendFileSync } from "node:fs";
    import { setTimeout as sleep } from "node:timers/promises";
    const { withLock } = await import(${LOCK});
    await withLock(${JSON.stringify(folder)}, () => {}, async () => {
      appendFileSync(${JSON.stringify(log)}, "in\\n");
      await sleep(20);
      appendFileSync(${JSON.stringify(log)}, "out\\n");
    });`;
  const runs = Array.from({ length: 5 }, () =>
    spawn(process.execPath, ["--input-type=module", "-e", script]),
  );
  const codes = await Promise.all(runs.map((run) => new Promise((resolve) => run.on("exit", resolve))));
  expect(codes).toEqual([0, 0, 0, 0, 0]);
  expect(readFileSync(log, "utf8")).toBe("in\nout\n".repeat(5));
});

test("the lock of a process that was killed is taken over", async () => {
  const script = `
    const { withLock } = await import(${LOCK});
    await withLock(${JSON.stringify(folder)}, () => {}, async () => process.kill(process.pid, "SIGKILL"));`;
  const killed = spawnSync(process.execPath, ["--input-type=module", "-e", script]);
  expect(killed.signal).toBe("SIGKILL");
  expect(existsSync(path.join(folder, "prepare.lock"))).toBe(true);
  expect(
    await withLock(
      folder,
      () => {},
      async () => "mine",
    ),
  ).toBe("mine");
});

test.runIf(process.platform === "linux")("a reused process id is not taken for the holder", async () => {
  writeFileSync(path.join(folder, "prepare.lock"), `${process.ppid} 1`);
  expect(
    await withLock(
      folder,
      () => {},
      async () => "mine",
    ),
  ).toBe("mine");
});

test("the lock is released when the work fails", async () => {
  const failing = withLock(
    folder,
    () => {},
    async () => {
      throw new Error("no");
    },
  );
  await expect(failing).rejects.toThrow("no");
  expect(existsSync(path.join(folder, "prepare.lock"))).toBe(false);
});
