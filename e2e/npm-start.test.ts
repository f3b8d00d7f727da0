import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { freePort } from "./harness/free-port.js";

const CHECKOUT = path.resolve(import.meta.dirname, "..");
const NOBODY = 65534;
const SLOW = { timeout: 90_000, interval: 100 };

let home: string;
let dataDir: string;
let port: number;
let command: ChildProcess | undefined;
let output: string;

beforeEach(async () => {
  home = mkdtempSync(path.join(tmpdir(), "redflag-start-"));
  // The database of root belongs to another user, who has to get in.
  chmodSync(home, 0o755);
  dataDir = path.join(home, "data");
  port = await freePort();
  output = "";
});

afterEach(() => {
  for (const pid of processesOf(dataDir)) killIfThere(pid);
  rmSync(home, { recursive: true, force: true });
});

/** Runs `npm start` as in a terminal: in a process group of its own, which Ctrl-C reaches as a whole. */
function npmStart(uid?: number): ChildProcess {
  const user = uid === undefined ? [] : ["setpriv", `--reuid=${uid}`, `--regid=${uid}`, "--clear-groups"];
  const [file = "", ...args] = [...user, "npm", "start"];
  const { PATH = "" } = process.env;
  const env = { PATH, HOME: home, REDFLAG_DATA_DIR: dataDir, SERVER_PORT: String(port) };
  const child = spawn(file, args, { cwd: CHECKOUT, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
  command = child;
  return child;
}

/** Every process that works on a data folder, by its environment or its arguments. */
function processesOf(folder: string): number[] {
  return readdirSync("/proc").flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const texts = ["environ", "cmdline"].map((file) => readFileSync(`/proc/${name}/${file}`, "utf8"));
      return texts.some((text) => text.includes(folder)) ? [Number(name)] : [];
    } catch {
      return [];
    }
  });
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

const address = (): string | undefined => /Open (http:\S+)/.exec(output)?.[1];

/** Resolves once the address is printed; says what was printed instead when the command has ended. */
async function started(): Promise<void> {
  await vi.waitUntil(() => address() !== undefined || command?.exitCode !== null, SLOW);
  if (!address()) throw new Error(`npm start ended with code ${command?.exitCode}:\n${output}`);
}

/** Ctrl-C; resolves when the prompt would be back. npm's own code depends on the shell that it starts. */
async function pressCtrlC(): Promise<void> {
  const ended = once(command!, "close");
  process.kill(-command!.pid!, "SIGINT");
  const [code, signal] = (await ended) as [number | null, NodeJS.Signals | null];
  expect(signal ?? code).toBeOneOf([0, "SIGINT"]);
  expect(output).toContain("RedFlag has stopped.");
}

describe.skipIf(process.platform !== "linux")("npm start (looks into /proc: needs Linux)", () => {
  const root = process.getuid?.() === 0;

  test.each(root ? (["root", "an ordinary user"] as const) : (["an ordinary user"] as const))(
    "as %s: one address, a server, an enrolled agent, and nothing left after Ctrl-C",
    async (who) => {
      if (root && who !== "root") chownSync(home, NOBODY, NOBODY);
      npmStart(root && who !== "root" ? NOBODY : undefined);
      await started();
      expect(output.match(/http:\S+/g)).toHaveLength(1);
      expect(address()).toMatch(new RegExp(`^http://127\\.0\\.0\\.1:${port}/setup#code=.+`));
      expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(200);
      expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toContain("<!doctype html>");
      await vi.waitFor(
        () => expect(existsSync(path.join(dataDir, "agent/credentials.json"))).toBe(true),
        SLOW,
      );
      await pressCtrlC();
      await vi.waitFor(() => expect(processesOf(dataDir)).toEqual([]), SLOW);
    },
  );

  test("after kill -9 of the supervisor everything ends by itself, and the next start finds its data", async () => {
    npmStart();
    await started();
    await vi.waitFor(() => expect(existsSync(path.join(dataDir, "agent/credentials.json"))).toBe(true), SLOW);
    const agent = readFileSync(path.join(dataDir, "agent/credentials.json"), "utf8");
    const supervisor = processesOf(dataDir).find((pid) => {
      const argv = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
      return argv[1] === "tools/start/start.mjs";
    });
    process.kill(supervisor!, "SIGKILL");
    await vi.waitFor(() => expect(processesOf(dataDir)).toEqual([]), SLOW);
    output = "";
    npmStart();
    await started();
    expect(JSON.parse(readFileSync(path.join(dataDir, "agent/credentials.json"), "utf8"))).toMatchObject({
      agentId: (JSON.parse(agent) as { agentId: string }).agentId,
    });
    await pressCtrlC();
  });

  test("a port that is taken is one sentence and an exit code", async () => {
    const other = createServer().listen(port, "127.0.0.1");
    await once(other, "listening");
    const [code] = (await once(npmStart(), "close")) as [number];
    other.close();
    expect(code).not.toBe(0);
    expect(output).toContain(String(port));
    expect(output).toContain("SERVER_PORT");
    expect(output).not.toMatch(/^\s+at /m);
  });
});
