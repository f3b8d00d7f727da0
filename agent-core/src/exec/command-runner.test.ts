import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Call, CommandRule } from "@redflag/plugin-sdk";
import * as fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { silentLog } from "../log/silent-log.js";
import { RuleCommandRunner } from "./command-runner.js";
import { DEFAULT_LIMITS } from "./limits.js";
import { type RunPermit, RunPermits } from "./run-permit.js";
import { processStarter } from "./start-process.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "redflag-rules-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const rule = (changes: Partial<CommandRule> = {}): CommandRule => ({
  name: "run",
  purpose: "a test",
  file: "/usr/bin/printf",
  argv: ["%s\\n"],
  privilege: "user",
  mutates: false,
  ...changes,
});

const setUp = (one: CommandRule, permit: Partial<RunPermit> = {}, user: { isPrivileged?: boolean } = {}) => {
  const permits = new RunPermits();
  const { signal } = new AbortController();
  permits.open("run-1", {
    step: "scan",
    mayMutate: "index",
    signal,
    folder: path.join(folder, "runs"),
    onSurvivorStarted: () => undefined,
    ...permit,
  });
  const uid = process.getuid?.() ?? null;
  const setting = {
    pluginId: "toy",
    rules: [one],
    config: {},
    dataDir: folder,
    user: { uid, home: "/nonexistent", isPrivileged: user.isPrivileged ?? true },
    log: silentLog,
    limits: { ...DEFAULT_LIMITS, maxOutputBytes: 100_000, killGraceMs: 100 },
  };
  const call: Call = { signal, deadline: Date.now() + 10_000, log: silentLog, runId: "run-1" };
  return { runner: new RuleCommandRunner(setting, permits, processStarter), call };
};

const PACKAGES: CommandRule = rule({
  argv: [
    "%s\\n",
    {
      kind: "tuple",
      name: "packages",
      fields: [
        { name: "name", type: "debian-package" },
        { name: "version", type: "debian-version", prefix: "=" },
      ],
      repeated: { min: 1, max: 10 },
    },
  ],
});

test("a rule becomes one process with exactly its arguments", async () => {
  const { runner, call } = setUp(PACKAGES);
  const slots = {
    packages: [
      { name: "lib", version: "1:2.0~rc1-1" },
      { name: "g++-12", version: "12" },
    ],
  };
  const result = await runner.exec("run", slots, call);
  expect(result).toMatchObject({ exitCode: 0, stdout: "lib=1:2.0~rc1-1\ng++-12=12\n", truncated: false });
});

test("B1 B2 names that are flags or orders of apt are refused before anything runs", async () => {
  const { runner, call } = setUp(PACKAGES);
  const hostile = [
    "-o",
    "--config=/etc/x",
    "-oAPT::Update::Pre-Invoke::=sh",
    "foo-",
    "foo+",
    "foo=1",
    "foo/sid",
  ];
  const more = [
    "foo:arch",
    "foo*",
    "^task",
    "?pattern",
    "~n",
    "Foo bar",
    "",
    "a\nb",
    "a\0b",
    "$(id)",
    "`id`",
    ";id",
  ];
  for (const name of [...hostile.filter((one) => !/^foo[-+]$/.test(one)), ...more]) {
    await expect(runner.exec("run", { packages: [{ name, version: "1" }] }, call)).rejects.toMatchObject({
      code: "UNSUPPORTED",
    });
  }
  for (const version of ["1-", "1+", "-1", "1 2", "1;id", "1\n2", "../x", "1=2"]) {
    await expect(runner.exec("run", { packages: [{ name: "foo", version }] }, call)).rejects.toMatchObject({
      code: "UNSUPPORTED",
    });
  }
});

test("B4 whatever text a slot is given, it is refused or stays one argument, and no canary appears", async () => {
  const canary = path.join(folder, "canary");
  const text = fc.oneof(
    fc.string({ unit: "binary", maxLength: 30 }),
    fc.constantFrom(
      `$(touch ${canary})`,
      `;touch ${canary};`,
      `|sh`,
      `\`touch ${canary}\``,
      `%COMSPEC%`,
      "'",
      '"',
    ),
  );
  const one = rule({
    argv: ["%s\\n", { kind: "slot", name: "value", type: "absolute-path", prefix: "--in=" }],
  });
  const { runner, call } = setUp(one);
  await fc.assert(
    fc.asyncProperty(text, async (value) => {
      const given = `/${value}`;
      const result = await runner.exec("run", { value: given }, call).catch((error: unknown) => error);
      if (Object(result).code !== undefined) expect(Object(result).code).toBe("UNSUPPORTED");
      else expect(Object(result).stdout).toBe(`--in=${Buffer.from(given).toString()}\n`);
    }),
    { numRuns: 60 },
  );
  expect(existsSync(canary)).toBe(false);
});

test("a rule that changes the machine is refused outside of install, an index refresh outside of scan", async () => {
  const mutating = rule({ mutates: true, argv: ["x"] });
  const scan = setUp(mutating);
  await expect(scan.runner.exec("run", {}, scan.call)).rejects.toMatchObject({ code: "PERMISSION_DENIED" });
  const refresh = rule({ mutates: "index", argv: ["x"] });
  const plan = setUp(refresh, { step: "plan", mayMutate: "nothing" });
  await expect(plan.runner.exec("run", {}, plan.call)).rejects.toMatchObject({ code: "PERMISSION_DENIED" });
  const allowed = setUp(refresh);
  expect(await allowed.runner.exec("run", {}, allowed.call)).toMatchObject({ exitCode: 0 });
  const install = setUp(mutating, { step: "install", mayMutate: "machine" });
  expect(await install.runner.exec("run", {}, install.call)).toMatchObject({ exitCode: 0 });
});

test("a rule for root is refused to others, and any rule outside of a running step", async () => {
  const user = setUp(rule({ privilege: "root", argv: ["x"] }), {}, { isPrivileged: false });
  await expect(user.runner.exec("run", {}, user.call)).rejects.toMatchObject({ code: "PERMISSION_DENIED" });
  const over = setUp(rule({ argv: ["x"] }));
  await expect(over.runner.exec("run", {}, { ...over.call, runId: "other" })).rejects.toMatchObject({
    code: "INTERNAL",
  });
});

test("B20 a program that others may write is not run as root", async (context) => {
  if (process.getuid?.() !== 0) context.skip("needs root");
  const file = path.join(folder, "tool");
  writeFileSync(file, "#!/bin/sh\necho hi\n", { mode: 0o755 });
  const safe = setUp(rule({ file, argv: [] }));
  expect(await safe.runner.exec("run", {}, safe.call)).toMatchObject({ stdout: "hi\n" });
  chmodSync(file, 0o777);
  const unsafe = setUp(rule({ file, argv: [] }));
  await expect(unsafe.runner.exec("run", {}, unsafe.call)).rejects.toMatchObject({
    code: "PERMISSION_DENIED",
  });
});

test("a program that is not there is not available and cannot be run", async () => {
  const { runner, call } = setUp(rule({ file: "/usr/bin/not-there-at-all" }));
  expect(await runner.available("run")).toBe(false);
  await expect(runner.exec("run", {}, call)).rejects.toMatchObject({ code: "COMMAND_FAILED" });
});

test("streams are lines, the exit comes last, bad bytes are replaced", async () => {
  const one = rule({
    file: "/bin/sh",
    argv: ["-c", "printf 'a\\nb\\377\\n'; echo err >&2; echo st >&3; exit 4"],
    statusFd: 3,
  });
  const { runner, call } = setUp(one);
  const events = await Array.fromAsync(runner.stream("run", {}, call));
  expect(events.at(-1)).toEqual({ kind: "exit", exitCode: 4, signal: null });
  const lines = events.flatMap((event) => (event.kind === "exit" ? [] : [`${event.kind} ${event.line}`]));
  expect(lines.toSorted()).toEqual(["status st", "stderr err", "stdout a", "stdout b\ufffd"]);
});

test("B7 output beyond the cap is marked by exec and an error of stream", async () => {
  const { runner, call } = setUp(rule({ file: "/usr/bin/yes", argv: [] }));
  expect(await runner.exec("run", {}, call)).toMatchObject({ truncated: true });
  await expect(Array.fromAsync(runner.stream("run", {}, call))).rejects.toMatchObject({
    code: "UNPARSABLE_OUTPUT",
  });
});

test("an aborted step ends its process and throws the step's reason", async () => {
  const controller = new AbortController();
  const { runner, call } = setUp(rule({ file: "/bin/sleep", argv: ["600"] }), { signal: controller.signal });
  const running = runner.exec("run", {}, call);
  setTimeout(() => controller.abort(), 20);
  await expect(running).rejects.toMatchObject({ code: "CANCELLED" });
});
