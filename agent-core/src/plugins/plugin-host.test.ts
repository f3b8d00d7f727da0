import { PluginError, type ScanReport } from "@redflag/plugin-sdk";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type FixturePlugin, writeFixturePlugin } from "../testing/fixture-plugin.js";
import { type TestMachine, testMachine } from "../testing/test-container.js";
import { STEP_LIMITS, type StepLimits } from "./lifecycle.js";
import { PLUGIN_CONTEXT, PLUGIN_SOURCE } from "./plugin-container.js";
import { PluginHost } from "./plugin-host.js";

const VERSIONS = { agent: "0.1.0", sdk: "0.1.0" };
const still = { signal: new AbortController().signal };
let machine: TestMachine;
beforeEach(() => {
  machine = testMachine();
});
afterEach(() => machine[Symbol.dispose]());

const load = (fixtures: readonly FixturePlugin[], limits: StepLimits = STEP_LIMITS, config?: unknown) =>
  PluginHost.load(
    machine.container,
    fixtures.map((fixture) => ({ package: writeFixturePlugin(machine.root, fixture), config })),
    VERSIONS,
    limits,
  );
const refusal = async (fixture: FixturePlugin, config?: unknown): Promise<string | undefined> =>
  (await load([fixture], STEP_LIMITS, config)).refused[0]?.reason;
const scanOf = async (methods: string): Promise<ScanReport> =>
  (await load([{ methods }])).find("toy")!.scan({ refresh: false }, still);

test("a good plugin loads, detects and scans", async () => {
  const host = await load([{}]);
  expect(host.refused).toEqual([]);
  const source = host.find("toy")!;
  expect(await source.detect(still)).toMatchObject({ status: "present" });
  expect((await source.scan({ refresh: false }, still)).items).toMatchObject([
    { key: "lib", candidate: "2" },
  ]);
  expect(machine.container.isRegistered(PLUGIN_CONTEXT, true)).toBe(false);
  expect(machine.container.isRegistered(PLUGIN_SOURCE, true)).toBe(false);
});

test("another API version is refused naming both, and the others run on", async () => {
  const host = await load([
    { id: "future", manifest: { apiVersion: 3 } },
    { id: "range", packageJson: { peerDependencies: { "@redflag/plugin-sdk": "^7.0.0" } } },
    { id: "good" },
  ]);
  expect(host.refused.map((one) => one.reason)).toEqual([
    expect.stringContaining("made for plugin API 3, and agent 0.1.0 supports 1"),
    expect.stringContaining("needs @redflag/plugin-sdk ^7.0.0, and this agent has 0.1.0"),
  ]);
  expect(host.sources.map((source) => source.id)).toEqual(["good"]);
});

test("a plugin whose promises do not hold is refused with the reason", async () => {
  expect(await refusal({ id: "a", codeManifest: { displayName: "Other" } })).toContain(
    "differs from the field",
  );
  expect(await refusal({ id: "b", packageJson: { keywords: [] } })).toContain(
    'lacks the keyword "redflag-plugin"',
  );
  expect(await refusal({ id: "c", packageJson: { redflag: undefined } })).toContain(
    'lacks the field "redflag"',
  );
  expect(await refusal({ id: "d", manifest: { platforms: ["win32"] } })).toContain("runs on win32");
  expect(await refusal({ id: "e", manifest: { capabilities: { plan: true } } })).toContain("promises plan");
  expect(await refusal({ id: "f", methods: "async verify() { return []; }" })).toContain("has verify");
  expect(await refusal({ id: "g", prelude: "throw new Error('boom');" })).toContain(
    "importing it failed: boom",
  );
  expect(await refusal({ id: "h" }, { some: 1 })).toContain("takes no configuration");
  const validate = '(value) => ({ issues: [{ message: "must be small", path: ["size"] }] })';
  expect(await refusal({ id: "i", validate }, { size: 9 })).toContain("size must be small");
});

test("rules of the wrong shape are refused", async () => {
  const rule = { name: "run", purpose: "p", file: "/bin/true", argv: [], privilege: "user", mutates: false };
  const refused = async (changes: object, id: string) =>
    refusal({ id, manifest: { commands: [{ ...rule, ...changes }] } });
  expect(await refusal({ id: "ok", manifest: { commands: [rule] } })).toBeUndefined();
  expect(await refused({ file: "true" }, "r1")).toContain("absolute path");
  expect(await refused({ env: { LD_PRELOAD: "/tmp/x.so" } }, "r2")).toContain("does not let a rule set");
  expect(await refused({ interruptible: false }, "r3")).toContain("refuse to be interrupted");
  expect(await refused({ argv: [{ kind: "slot", name: "a", type: "anything" }] }, "r4")).toContain(
    "commands.0.argv.0",
  );
  expect(await refused({ shell: true }, "r5")).toContain("commands.0");
});

test("an unknown package and two plugins of one source are refused", async () => {
  const spec = { package: writeFixturePlugin(machine.root), config: undefined };
  const specs = [{ package: "redflag-plugin-not-there", config: undefined }, spec, spec];
  const host = await PluginHost.load(machine.container, specs, VERSIONS);
  expect(host.refused.map((one) => one.reason)).toEqual([
    expect.stringContaining("is not installed here"),
    expect.stringContaining("already provides the source toy"),
  ]);
});

test("S3 S4 S7 a scan report that breaks the contract is a failure, never an empty list", async () => {
  const broken: readonly (readonly [string, string])[] = [
    [
      `async scan() { return { items: [item, item], complete: true, warnings: [] }; }`,
      "lib stands there twice",
    ],
    [
      `async scan() { return { items: [{ ...item, candidate: "1" }], complete: true, warnings: [] }; }`,
      "installed version 1",
    ],
    [
      `async scan() { return { items: [{ ...item, more: () => 1 }], complete: true, warnings: [] }; }`,
      "cannot be copied",
    ],
    [
      `async scan() { return { items: [{ ...item, name: "x".repeat(9999) }], complete: true, warnings: [] }; }`,
      "items.0.name",
    ],
    [
      `async scan() { return { items: Array.from({ length: 10001 }, (_, i) => ({ ...item, key: "k" + i })), complete: true, warnings: [] }; }`,
      "items",
    ],
    [
      `async scan() { return { items: [], complete: false, warnings: [] }; }`,
      "an incomplete report says why",
    ],
    [`async scan() { return []; }`, "scan report"],
  ];
  for (const [methods, message] of broken) {
    await expect(scanOf(methods)).rejects.toMatchObject({
      code: "INTERNAL",
      message: expect.stringContaining(message),
    });
  }
});

test("S6 every failure is a PluginError with a listed code", async () => {
  await expect(scanOf('async scan() { throw new PluginError("LOCKED", "busy"); }')).rejects.toSatisfy(
    (error) => error instanceof PluginError && error.code === "LOCKED",
  );
  await expect(scanOf('async scan() { throw new TypeError("oops"); }')).rejects.toMatchObject({
    code: "INTERNAL",
  });
});

test("a step that takes too long is aborted as TIMEOUT, a cancelled one as CANCELLED", async () => {
  const methods =
    'scan(request, call) { return new Promise((_, reject) => call.signal.addEventListener("abort", () => reject(call.signal.reason))); }';
  const slow = (await load([{ methods }], { ...STEP_LIMITS, scan: 50 })).find("toy")!;
  await expect(slow.scan({ refresh: false }, still)).rejects.toMatchObject({ code: "TIMEOUT" });
  const cancelled = (await load([{ id: "again", methods }])).find("again")!;
  const controller = new AbortController();
  const scan = cancelled.scan({ refresh: false }, { signal: controller.signal });
  controller.abort();
  await expect(scan).rejects.toMatchObject({ code: "CANCELLED" });
});

test("P2 a plan is exactly what was asked for", async () => {
  const planWith = (
    id: string,
    items: string,
  ) => `async plan() { return { id: "p", source: "${id}", items: [${items}], alsoInstalls: [],
    alsoRemoves: [], restarts: { services: null, system: null }, blockers: [], digest: "${"0".repeat(64)}",
    expiresAt: new Date(Date.now() + 60000).toISOString(), token: "" }; }`;
  const planOf = async (id: string, items: string) =>
    (await load([{ id, manifest: { capabilities: { plan: true } }, methods: planWith(id, items) }]))
      .find(id)!
      .plan({ items: [{ key: "lib", candidate: "2" }] }, still);
  const line = (key: string, to: string) =>
    `{ key: "${key}", name: "x", fromVersion: "1", toVersion: "${to}" }`;
  await expect(planOf("p1", line("other", "2"))).rejects.toThrow("nobody asked for other");
  await expect(planOf("p2", line("lib", "3"))).rejects.toThrow("would become 3");
  await expect(planOf("p3", line("lib", "2"))).rejects.toThrow("digest is not that of its content");
  await expect(planOf("p4", "")).rejects.toThrow("lib is missing without a blocker");
});
