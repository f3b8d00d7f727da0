import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { buildEnvironment } from "./environment.js";
import { DEFAULT_LIMITS, type ProcessLimits } from "./limits.js";
import type { ProcessEnd, ProcessRequest } from "./process-request.js";
import { runAttached } from "./run-attached.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "redflag-exec-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const FAST: ProcessLimits = { ...DEFAULT_LIMITS, killGraceMs: 150, drainMs: 150 };

const request = (script: string, changes: Partial<ProcessRequest> = {}): ProcessRequest => ({
  file: "/bin/sh",
  argv: ["-c", script],
  env: buildEnvironment("/nonexistent", {}),
  hasStatusFd: false,
  signal: new AbortController().signal,
  limits: FAST,
  ...changes,
});

async function run(
  wanted: ProcessRequest,
): Promise<ProcessEnd & Record<"stdout" | "stderr" | "status", string>> {
  const seen = { stdout: "", stderr: "", status: "" };
  const events = runAttached(wanted);
  for (;;) {
    const next = await events.next();
    if (next.done) return { ...seen, ...next.value };
    seen[next.value.stream] += Buffer.from(next.value.bytes).toString();
  }
}

const isGone = (pid: number): boolean => {
  try {
    return / Z |\) Z/.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return true;
  }
};

test("B20 a command sees a fixed environment, the root folder and a closed stdin", async () => {
  process.env["LD_PRELOAD_TEST_CANARY"] = "leak";
  const { stdout, exitCode } = await run(request("/usr/bin/env; pwd; cat; echo end"));
  delete process.env["LD_PRELOAD_TEST_CANARY"];
  expect(exitCode).toBe(0);
  const lines = stdout.trim().split("\n");
  const names = lines.filter((line) => line.includes("=")).map((line) => line.split("=")[0]);
  expect(new Set(names)).toEqual(new Set(["PATH", "HOME", "LC_ALL", "LANG", "TZ", "PWD"]));
  expect(lines.slice(-2)).toEqual(["/", "end"]);
  expect(lines).toContain("LC_ALL=C.UTF-8");
});

test("the status stream is a pipe of its own", async () => {
  const { stdout, status } = await run(request("echo out; echo pm >&3", { hasStatusFd: true }));
  expect({ stdout, status }).toEqual({ stdout: "out\n", status: "pm\n" });
});

test("B7 endless output is stopped at the cap and marked, with flat memory", async () => {
  const limits = { ...FAST, maxOutputBytes: 1_000_000 };
  const { stdout, truncated, signal } = await run(request("exec yes", { limits }));
  expect(truncated).toBe(true);
  expect(stdout.length).toBe(1_000_000);
  expect(signal).toBe("SIGTERM");
});

test("a slow reader holds the writer back", async () => {
  const events = runAttached(
    request("i=0; while [ $i -lt 40 ]; do head -c 65536 /dev/zero; i=$((i+1)); done"),
  );
  let total = 0;
  for (let next = await events.next(); !next.done; next = await events.next()) {
    total += next.value.bytes.length;
    if (total < 300_000) await new Promise((resolve) => setTimeout(resolve, 5));
  }
  expect(total).toBe(40 * 65_536);
});

test("B8 a hanging child that ignores SIGTERM is killed with its group after the grace", async () => {
  const pidFile = path.join(folder, "pids");
  const script = `trap '' TERM; sleep 600 & echo $$ $! > ${pidFile}; echo ready; while :; do sleep 600; done`;
  const controller = new AbortController();
  const events = runAttached(request(script, { signal: controller.signal }));
  await events.next();
  controller.abort();
  let next = await events.next();
  while (!next.done) next = await events.next();
  expect(next.value.signal).toBe("SIGKILL");
  const [shell, sleeper] = readFileSync(pidFile, "utf8").trim().split(" ").map(Number);
  await expect.poll(() => isGone(shell!) && isGone(sleeper!)).toBe(true);
});

test("B8 a grandchild that holds the pipe is not waited for, and goes with the group", async () => {
  const pidFile = path.join(folder, "pid");
  const { stdout, exitCode } = await run(request(`sleep 600 & echo $! > ${pidFile}; echo done`));
  expect({ stdout, exitCode }).toEqual({ stdout: "done\n", exitCode: 0 });
  const grandchild = Number(readFileSync(pidFile, "utf8"));
  await expect.poll(() => isGone(grandchild)).toBe(true);
});

test("leaving early ends the process", async () => {
  const pidFile = path.join(folder, "pid");
  const events = runAttached(request(`echo $$ > ${pidFile}; echo ready; sleep 600`));
  await events.next();
  await events.return({ exitCode: null, signal: null, truncated: false });
  await expect.poll(() => isGone(Number(readFileSync(pidFile, "utf8")))).toBe(true);
});

test("B4 shell metacharacters in arguments stay text", async () => {
  const canary = path.join(folder, "canary");
  const hostile = [
    `$(touch ${canary})`,
    `;touch ${canary}`,
    `\`touch ${canary}\``,
    "a\nb",
    "'\"",
    "%COMSPEC%",
    "| sh",
  ];
  const { stdout } = await run(request("", { file: "/usr/bin/printf", argv: ["%s\\n", ...hostile] }));
  expect(stdout).toBe(hostile.map((text) => `${text}\n`).join(""));
  expect(existsSync(canary)).toBe(false);
});

test("a program that cannot be started is a COMMAND_FAILED", async () => {
  const file = path.join(folder, "not-a-program");
  writeFileSync(file, "", { mode: 0o644 });
  await expect(run(request("", { file, argv: [] }))).rejects.toMatchObject({ code: "COMMAND_FAILED" });
});
