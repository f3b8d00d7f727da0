import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

let dataDir: string;
let supervisor: ChildProcess | undefined;
let output = "";

beforeEach(() => {
  dataDir = mkdtempSync(path.join(tmpdir(), "redflag-supervise-"));
  output = "";
});

afterEach(() => {
  for (const pid of [supervisor?.pid, ...pids("server"), ...pids("agent")]) {
    if (pid !== undefined && isAlive(pid)) process.kill(pid, "SIGKILL");
  }
  rmSync(dataDir, { recursive: true, force: true });
});

const driver = path.join(import.meta.dirname, "testing/run-supervise.mjs");

/** Starts the supervisor; resolves to its exit code. */
function start(server: string, agent: string, folder = dataDir, grace = 300): Promise<number | null> {
  const child = spawn(process.execPath, [driver, folder, server, agent, String(grace)], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  supervisor = child;
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
  return new Promise((resolve) => child.on("close", resolve));
}

function events(): string[] {
  const file = path.join(dataDir, "events");
  return existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : [];
}

const pids = (role: string): number[] =>
  events().flatMap((line) => {
    const match = new RegExp(`^${role} started (\\d+)`).exec(line);
    return match ? [Number(match[1])] : [];
  });

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

const until = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 20_000, interval: 20 });
const bothRun = (): Promise<void> =>
  until(() => expect([pids("server").length, pids("agent").length]).toEqual([1, 1]));

test("prints one address with the code and hands the agent its seat", async () => {
  void start("normal", "normal");
  await bothRun();
  expect(output.match(/http:\S+/g)).toEqual(["http://127.0.0.1:8080/setup#code=ABCD-EFGH"]);
  expect(output).not.toContain("reg-secret");
  expect(events()[1]).toMatch(/^agent started \d+ with reg-secret$/);
});

test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
  "%s ends the agent first, then the server",
  async (signal) => {
    const ended = start("normal", "normal");
    await bothRun();
    supervisor?.kill(signal);
    expect(await ended).toBe(0);
    expect(events().slice(2)).toEqual(["agent stopped by SIGTERM", "server stopped by SIGTERM"]);
    expect(output).toContain("RedFlag has stopped.");
  },
);

test.runIf(process.platform === "linux")(
  "Ctrl-C in a terminal reaches the children only through the supervisor",
  async () => {
    const ended = start("normal", "normal");
    await bothRun();
    const group = (pid: number): string => readFileSync(`/proc/${pid}/stat`, "utf8").split(" ")[4] ?? "";
    expect(pids("server").map(group)).toEqual(pids("server").map(String));
    supervisor?.kill("SIGINT");
    await ended;
    expect(events()).not.toContain("agent stopped by SIGINT");
  },
);

test("an agent that dies is started again, the server is not", async () => {
  void start("normal", "normal");
  await bothRun();
  process.kill(pids("agent")[0]!, "SIGKILL");
  await until(() => expect(pids("agent")).toHaveLength(2));
  expect(pids("server")).toHaveLength(1);
  expect(output).toContain("The agent was ended by SIGKILL; starting it again in 1 s.");
});

test("an agent with a configuration error is not started again, and the server goes on", async () => {
  const ended = start("normal", "exit-78");
  await until(() => expect(output).toContain("is not started again. The server goes on."));
  expect(output).toContain("agent: a sentence about what is wrong");
  expect(pids("agent")).toHaveLength(1);
  expect(isAlive(pids("server")[0]!)).toBe(true);
  supervisor?.kill("SIGTERM");
  expect(await ended).toBe(0);
});

test("the server's end before it is ready gives its sentence and its code", async () => {
  expect(await start("exit-78", "normal")).toBe(78);
  expect(output.trim()).toBe("server: a sentence about what is wrong");
  expect(pids("agent")).toEqual([]);
});

test("a server that was killed is started again, and the agent runs on", async () => {
  const ended = start("normal", "normal");
  await bothRun();
  process.kill(pids("server")[0]!, "SIGKILL");
  await until(() => expect(output).toContain("RedFlag is running again."));
  expect(output).toContain("The server was ended by SIGKILL; starting it again in 1 s.");
  expect(output.match(/http:\S+/g)).toHaveLength(1);
  expect([pids("server").length, pids("agent").length]).toEqual([2, 1]);
  expect(isAlive(pids("agent")[0]!)).toBe(true);
  supervisor?.kill("SIGTERM");
  expect(await ended).toBe(0);
  expect(events().slice(-2)).toEqual(["agent stopped by SIGTERM", "server stopped by SIGTERM"]);
});

test("a killed server that answers elsewhere afterwards is announced, and the agent follows it", async () => {
  void start("moving", "normal");
  await bothRun();
  process.kill(pids("server")[0]!, "SIGKILL");
  await until(() => expect([pids("server").length, pids("agent").length]).toEqual([2, 2]));
  expect(output.match(/http:\S+/g)).toEqual(
    pids("server").map((pid) => `http://127.0.0.1:${1024 + (pid % 60_000)}/setup#code=ABCD-EFGH`),
  );
  expect(pids("agent").map(isAlive)).toEqual([false, true]);
});

test("a server that is killed again and again is given up, with a reason", async () => {
  expect(await start("killed", "normal")).toBe(1);
  expect(pids("server")).toHaveLength(5);
  expect(output).toContain("The server was ended by SIGKILL, for the 5th time in short order");
  expect(output).toMatch(/short of memory.*server\.log/);
});

test("a stop is heard while a killed server waits for its next start", async () => {
  const ended = start("killed", "normal");
  await until(() => expect(output).toContain("starting it again"));
  supervisor?.kill("SIGTERM");
  expect(await ended).toBe(0);
});

test.skipIf(process.platform === "win32")(
  "a server that ends by its own decision ends the agent and the whole",
  async () => {
    const ended = start("normal", "normal");
    await bothRun();
    process.kill(pids("server")[0]!, "SIGUSR2");
    expect(await ended).toBe(70);
    expect(events().at(-1)).toBe("agent stopped by SIGTERM");
    expect(output).toMatch(/The server ended with code 70\. Its log is .*server\.log\./);
  },
);

test("a server that never gets ready is ended", async () => {
  expect(await start("silent", "normal")).toBe(1);
  expect(output).toContain("The server was not ready within 1 s.");
  expect(isAlive(pids("server")[0]!)).toBe(false);
});

test("children that do not stop are killed after their grace", async () => {
  const ended = start("stubborn", "stubborn");
  await bothRun();
  supervisor?.kill("SIGTERM");
  expect(await ended).toBe(1);
  expect(output).toContain("Waiting for the agent to finish what must not be interrupted.");
  expect(output).toContain("The agent did not stop in time and was killed.");
  expect([...pids("agent"), ...pids("server")].filter(isAlive)).toEqual([]);
});

test("the second signal does not wait", async () => {
  const ended = start("stubborn", "stubborn", dataDir, 600_000);
  await bothRun();
  supervisor?.kill("SIGINT");
  await until(() => {
    supervisor?.kill("SIGINT");
    expect([...pids("agent"), ...pids("server")].filter(isAlive)).toEqual([]);
  });
  await ended;
});

test("one Ctrl-C that arrives twice, from the terminal and from npm, is not a second one", async () => {
  const ended = start("normal", "normal");
  await bothRun();
  supervisor?.kill("SIGINT");
  supervisor?.kill("SIGINT");
  expect(await ended).toBe(0);
  expect(events().slice(2)).toEqual(["agent stopped by SIGTERM", "server stopped by SIGTERM"]);
});

test("when the supervisor is killed the children notice and stop", async () => {
  const ended = start("normal", "normal");
  await bothRun();
  supervisor?.kill("SIGKILL");
  await ended;
  await until(() => expect([...pids("agent"), ...pids("server")].filter(isAlive)).toEqual([]));
  expect(events().filter((line) => line.endsWith("noticed the supervisor's end"))).toHaveLength(2);
});

test("a data folder that cannot be made is one sentence", async () => {
  writeFileSync(path.join(dataDir, "file"), "");
  expect(await start("normal", "normal", path.join(dataDir, "file/below"))).toBe(78);
  expect(output).toContain("cannot be written (ENOTDIR");
  expect(output).toContain("Set REDFLAG_DATA_DIR to a folder that can.");
});

test.runIf(process.platform === "linux")(
  "a data folder below /proc, where Node's own mkdir never ends, is one sentence too",
  async () => {
    expect(await start("normal", "normal", "/proc/nope/below")).toBe(78);
    expect(output).toContain("/proc/nope/below cannot be written (ENOENT");
  },
);
