import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { copyFakeRoot, type FakeRoot, installPins, makeFakeRoot } from "../../../e2e/worlds/apt-fake-root.js";
import {
  addPackages,
  APT_WORLD_NEEDS,
  type AptRepository,
  buildAptRepository,
  closeAptRepository,
} from "../../../e2e/worlds/apt-repository.js";
import { hasAptWorldTools } from "../../../e2e/worlds/apt-tools.js";
import { tryTool } from "../../../e2e/worlds/run-tool.js";
import { buildAgent } from "../testing/build-agent.js";
import { buildAptPlugin } from "../testing/build-apt-plugin.js";
import { CliMachine } from "../testing/cli-machine.js";
import { HAS_PTY } from "../testing/pty-process.js";

const PATIENCE = { timeout: 30_000 };
const CAN_RUN = hasAptWorldTools() && process.getuid?.() === 0;
vi.setConfig({ testTimeout: 60_000 });

/** Its old version is configured only when nobody holds it there. */
const LATCH = [
  {
    name: "toy-latch",
    version: "1.0",
    postinst: [
      'echo "toy-latch: begins" >> "$DPKG_ROOT/etc/toy-latch-runs"',
      'while [ -e "$DPKG_ROOT/etc/toy-latch" ]; do sleep 0.1; done',
    ],
  },
  { name: "toy-latch", version: "2.0" },
];

describe.skipIf(!CAN_RUN)(`apt without a server (needs root and: ${APT_WORLD_NEEDS})`, () => {
  let world: string;
  let program: string;
  let repository: AptRepository;
  let pristine: FakeRoot;
  let machine: CliMachine;
  let root: FakeRoot;

  beforeAll(async () => {
    world = mkdtempSync(path.join(tmpdir(), "redflag-apt-cli-"));
    program = await buildAgent();
    await buildAptPlugin(path.join(world, "redflag-plugin-apt"));
    repository = await buildAptRepository(path.join(world, "world"));
    await addPackages(repository, LATCH);
    pristine = await makeFakeRoot(repository, path.join(world, "root"));
  }, 120_000);
  afterAll(async () => {
    await closeAptRepository(repository);
    rmSync(world, { recursive: true, force: true });
    rmSync(path.dirname(program), { recursive: true, force: true });
  });
  beforeEach(async () => {
    machine = new CliMachine(program);
    root = await copyFakeRoot(pristine, path.join(machine.root, "root"));
    const config = { rootDir: root.dir, lockTimeoutSeconds: 1 };
    machine.configure({ plugins: [{ package: path.join(world, "redflag-plugin-apt"), config }] });
    machine.cli("scan");
  });
  afterEach(() => machine[Symbol.asyncDispose]());

  /** The state and version by the package database; "none" when it does not know the package. */
  const versionOf = async (name: string): Promise<string> => {
    const argv = ["-W", "-f", "${db:Status-Abbrev}${Version}", name];
    const { code, stdout } = await tryTool("dpkg-query", argv, { env: root.env });
    return code === 0 ? stdout.trim() : "none";
  };

  test("the plan tells all that comes along, exactly it is installed, and it goes back to the very versions", async () => {
    const plan = machine.cli("plan", "toy-app");
    expect(plan).toMatchObject({ code: 0, stderr: "" });
    expect(plan.stdout).toMatch(/^toy-app\S* +1\.0 +1\.2/m);
    expect(plan.stdout).toMatch(/Also installed[^]*toy-lib\S* +1\.0 +1\.0\.2/);
    expect(plan.stdout).toMatch(/Download: [\d.]+ \w+; disk space: /);
    expect(plan.stdout).toContain("Restarts of services: ");
    expect(plan.stdout).toMatch(/rolled back/i);
    const [shown] = JSON.parse(machine.cli("plan", "toy-app", "--format", "json").stdout).plans;
    expect(shown).toMatchObject({
      source: "apt",
      items: [{ name: "toy-app" }],
      alsoInstalls: [{ name: "toy-lib" }],
    });
    expect(await versionOf("toy-app")).toBe("ii 1.0");
    const done = machine.cli("install", "--plan", shown.digest, "--yes");
    expect(done, done.stderr).toMatchObject({ code: 0 });
    expect([await versionOf("toy-app"), await versionOf("toy-lib")]).toEqual(["ii 1.2", "ii 1.0.2"]);
    const back = machine.cli("rollback", "last", "--yes");
    expect(back, back.stderr).toMatchObject({ code: 0 });
    expect([await versionOf("toy-app"), await versionOf("toy-lib")]).toEqual(["ii 1.0", "ii 1.0"]);
  });

  test("a scan says at the machine why apt keeps updates back, and what else it remarks", () => {
    for (const command of ["scan", "list"]) {
      const { stdout } = machine.cli(command);
      expect(stdout).toMatch(/^apt +toy-conflict .* kept back$/m);
      expect(stdout).toMatch(/^Kept back: toy-conflict\. .*toy-victim/m);
      expect(stdout).toMatch(/^apt +toy-held .* held by mark$/m);
      expect(stdout).toContain("Remark PHASED: toy-phased stays at 1.0 for now");
    }
  });

  test("a removal is loud, has a word of its own, and without it nothing happens", async () => {
    const plan = machine.cli("plan", "toy-conflict");
    expect(plan.stdout).toMatch(/!!! THIS REMOVES 1 PACKAGE !!![^]*toy-victim/);
    const refused = machine.cli("install", "toy-conflict", "--yes");
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining("--accept-removals") });
    expect(await versionOf("toy-victim")).toBe("ii 1.0");
    expect(machine.cli("install", "toy-conflict", "--yes", "--accept-removals")).toMatchObject({ code: 0 });
    expect(await versionOf("toy-victim")).not.toContain("ii");
    expect(await versionOf("toy-conflict")).toBe("ii 2.0");
  });

  test("a rollback that removes what came along asks for that by itself, as an install does", async () => {
    expect(machine.cli("install", "toy-kept", "--yes")).toMatchObject({ code: 0 });
    expect([await versionOf("toy-kept"), await versionOf("toy-newdep")]).toEqual(["ii 2.0", "ii 1.0"]);
    const refused = machine.cli("rollback", "--yes");
    expect(refused).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/toy-kept +2\.0 +1\.0[^]*!!! THIS REMOVES 1 PACKAGE !!![^]*toy-newdep/),
      stderr: expect.stringContaining("REMOVE toy-newdep 1.0. Nothing was done. Say --accept-removals"),
    });
    expect(await versionOf("toy-newdep")).toBe("ii 1.0");
    const back = machine.cli("rollback", "--yes", "--accept-removals");
    expect(back, back.stderr).toMatchObject({ code: 0 });
    expect([await versionOf("toy-kept"), await versionOf("toy-newdep")]).toEqual(["ii 1.0", "none"]);
  });

  test("C7 kill -9 in the middle of a rollback: dpkg finishes, once, and the end that is told is true", async () => {
    const inRoot = (name: string): string => path.join(root.dir, "etc", name);
    await installPins(root, ["toy-latch=1.0"]);
    rmSync(inRoot("toy-latch-runs"));
    machine.cli("scan");
    expect(machine.cli("install", "toy-latch", "--yes")).toMatchObject({ code: 0 });
    const [{ commandId }] = JSON.parse(machine.cli("receipts", "--format", "json").stdout).receipts;
    const [{ digest }] = JSON.parse(machine.cli("plan", "toy-native", "--format", "json").stdout).plans;
    writeFileSync(inRoot("toy-latch"), "");
    const killed = machine.start("rollback", "--yes");
    await vi.waitUntil(() => existsSync(inRoot("toy-latch-runs")), PATIENCE);
    killed.signal("SIGKILL");
    await killed.exited;
    expect(await versionOf("toy-latch")).not.toContain("ii");
    const next = machine.start("install", "--plan", digest, "--yes");
    await vi.waitUntil(() => next.output().includes("first it is looked at what became of it"), PATIENCE);
    rmSync(inRoot("toy-latch"));
    expect(await next.exited, next.output()).toBe(0);
    expect(next.output()).toMatch(/done +toy-latch +2\.0 +1\.0[^]*done +toy-native/);
    expect(await versionOf("toy-latch")).toBe("ii 1.0");
    expect(readFileSync(inRoot("toy-latch-runs"), "utf8")).toBe("toy-latch: begins\n");
    expect(machine.cli("rollback", commandId, "--yes")).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("rolled back already"),
    });
  });

  test("what is for security by its origin, and nothing else; what is held stays", async () => {
    expect(machine.cli("plan", "--security").stdout).not.toContain("toy-security-notes");
    expect(machine.cli("install", "--security", "--yes")).toMatchObject({ code: 0 });
    expect([await versionOf("toy-lib"), await versionOf("toy-security-notes")]).toEqual([
      "ii 1.0.2",
      "ii 1.0",
    ]);
    expect(machine.cli("plan", "toy-held")).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/Held on this machine: toy-held\. .* scan, and plan again/),
    });
  });

  test("a failed script is a failure with its package, its version and its last words", async () => {
    const failed = machine.cli("install", "toy-fail", "toy-native", "--yes");
    expect(failed.code).toBe(1);
    expect(failed.stdout).toMatch(/FAILED +toy-fail/);
    expect(failed.stderr).toContain("toy-fail: boom");
  });

  test("what somebody at the machine did since the plan was shown stops it", async () => {
    const [{ digest }] = JSON.parse(machine.cli("plan", "toy-app", "--format", "json").stdout).plans;
    await installPins(root, ["toy-lib=1.0.1"]);
    const stale = machine.cli("install", "--plan", digest, "--yes");
    expect(stale).toMatchObject({ code: 1, stdout: expect.stringContaining("PLAN_STALE") });
    expect(await versionOf("toy-app")).toBe("ii 1.0");
  });

  test.skipIf(!HAS_PTY)(
    "at a terminal a removal is asked for by itself (needs python3: apt-get install python3)",
    async () => {
      const half = machine.atTerminal("install", "toy-conflict");
      await vi.waitUntil(() => half.screen().includes("REMOVE toy-victim 1.0? [y/N]"), PATIENCE);
      half.type("n\n");
      expect(await half.exited).toBe(1);
      const full = machine.atTerminal("install", "toy-conflict");
      await vi.waitUntil(() => full.screen().includes("REMOVE toy-victim 1.0? [y/N]"), PATIENCE);
      full.type("y\n");
      await vi.waitUntil(() => full.screen().includes("Install this? [y/N]"), PATIENCE);
      expect(await versionOf("toy-victim")).toBe("ii 1.0");
      full.type("y\n");
      expect(await full.exited, full.screen()).toBe(0);
      expect(full.screen()).toMatch(/ % (Downloading|Installing)/);
      expect(await versionOf("toy-conflict")).toBe("ii 2.0");
    },
  );
});
