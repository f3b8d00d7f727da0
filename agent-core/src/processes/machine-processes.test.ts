import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { Call } from "@redflag/plugin-sdk";
import { afterEach, beforeEach, expect, test } from "vitest";
import { silentLog } from "../log/silent-log.js";
import { PluginProcesses } from "../plugins/context/plugin-processes.js";
import { MachineProcesses } from "./machine-processes.js";

const call: Call = { signal: new AbortController().signal, deadline: 0, log: silentLog, runId: "r" };

let root: string;
let running: ChildProcess[];
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), "redflag-processes-"));
  running = [];
});
afterEach(async () => {
  for (const child of running) {
    const ended = once(child, "exit");
    if (child.kill("SIGKILL")) await ended;
  }
  rmSync(root, { recursive: true, force: true });
});

async function runCopyOfSleep(name: string): Promise<{ file: string; pid: number }> {
  const file = path.join(root, name);
  copyFileSync("/bin/sleep", file);
  const child = spawn(file, ["600"], { stdio: "ignore" });
  await once(child, "spawn");
  running.push(child);
  return { file, pid: child.pid ?? 0 };
}

const findHere = async () => {
  const { processes } = await new MachineProcesses("/proc").findOutdated(call);
  return processes.filter(({ files }) => files.some((file) => file.startsWith(root)));
};

test("a process whose program was replaced or removed is found until it ends", async () => {
  const replaced = await runCopyOfSleep("replaced");
  const removed = await runCopyOfSleep("removed");
  await runCopyOfSleep("kept");
  expect(await findHere()).toEqual([]);
  copyFileSync("/bin/sleep", path.join(root, "new"));
  renameSync(path.join(root, "new"), replaced.file);
  rmSync(removed.file);
  const found = await findHere();
  expect(found.toSorted((a, b) => a.name.localeCompare(b.name))).toEqual([
    { pid: removed.pid, name: "removed", files: [removed.file], unit: expect.anything() },
    { pid: replaced.pid, name: "replaced", files: [replaced.file], unit: expect.anything() },
  ]);
  for (const child of running) {
    child.kill("SIGKILL");
    await once(child, "exit");
  }
  running = [];
  expect(await findHere()).toEqual([]);
});

const HOOKS = fileURLToPath(new URL("../testing/typescript-hooks.mjs", import.meta.url));
const SOURCE = new URL("./machine-processes.ts", import.meta.url).href;
const LOOK = `
const { MachineProcesses } = await import(${JSON.stringify(SOURCE)});
const found = await new MachineProcesses("/proc").findOutdated({ signal: new AbortController().signal });
process.stdout.write(JSON.stringify(found));`;
const isRoot = process.getuid?.() === 0;

test.skipIf(!isRoot)(
  "an ordinary user finds nothing of others, and is told that there may be more (needs: root, to become another)",
  async () => {
    const { file } = await runCopyOfSleep("others");
    rmSync(file);
    expect(await findHere()).toHaveLength(1);
    const args = ["--conditions=source", "--import", HOOKS, "--input-type=module", "-e", LOOK];
    const child = spawn(process.execPath, args, {
      uid: 65_534,
      gid: 65_534,
      cwd: "/",
      stdio: ["ignore", "pipe", "inherit"],
    });
    const said = (await child.stdout.setEncoding("utf8").toArray()).join("");
    expect(JSON.parse(said)).toEqual({ processes: [], complete: false });
  },
);

test("without a first process in sight, or without /proc at all, nothing is complete", async () => {
  mkdirSync(path.join(root, "proc"));
  const empty = new MachineProcesses(path.join(root, "proc"));
  expect(await empty.findOutdated(call)).toEqual({ processes: [], complete: false });
  const none = new MachineProcesses(path.join(root, "nowhere"));
  expect(await none.findOutdated(call)).toEqual({ processes: [], complete: false });
});

test("a process that ends while it is looked at, and a folder that is none, are passed over", async () => {
  for (const pid of ["1", "2", "3x", "4"]) mkdirSync(path.join(root, pid));
  writeFileSync(path.join(root, "2", "maps"), "");
  const { processes } = await new MachineProcesses(root).findOutdated(call);
  expect(processes).toEqual([]);
});

test("a plugin looks at processes only when its manifest says so, and a cancelled look ends", async () => {
  const machine = new MachineProcesses("/proc");
  await expect(new PluginProcesses(false, machine).findOutdated(call)).rejects.toMatchObject({
    code: "PERMISSION_DENIED",
  });
  const signal = AbortSignal.abort();
  await expect(new PluginProcesses(true, machine).findOutdated({ ...call, signal })).rejects.toMatchObject({
    code: "CANCELLED",
  });
});
