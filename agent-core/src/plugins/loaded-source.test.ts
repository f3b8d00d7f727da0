import { type InstallEvent, type Plan, planDigest } from "@redflag/plugin-sdk";
import { afterEach, beforeEach, expect, test } from "vitest";
import { writeFixturePlugin } from "../testing/fixture-plugin.js";
import { type TestMachine, testMachine } from "../testing/test-container.js";
import { STEP_LIMITS } from "./lifecycle.js";
import type { LoadedSource } from "./loaded-source.js";
import { PluginHost } from "./plugin-host.js";

let machine: TestMachine;
beforeEach(() => {
  machine = testMachine();
});
afterEach(() => machine[Symbol.dispose]());

const content = {
  items: [{ key: "lib", name: "lib", fromVersion: "1", toVersion: "2" }],
  alsoInstalls: [],
  alsoRemoves: [],
};
const PLAN: Plan = {
  ...content,
  id: "p",
  source: "toy",
  restarts: { services: null, system: null },
  blockers: [],
  digest: planDigest(content),
  expiresAt: new Date(Date.now() + 60_000).toISOString(),
  token: "",
};
const FINISHED = `yield { type: "finished", restart: { services: null, system: null }, receipt: { planId: plan.id,
  planDigest: plan.digest, source: "toy", startedAt: new Date().toISOString(), finishedAt: new Date().toISOString(),
  outcome: "succeeded", items: [], token: "" } };`;
const PHASE = 'yield { type: "phase", phase: "download", cancellable: true };';
const COMMIT = 'yield { type: "phase", phase: "commit", cancellable: false };';

const sourceOf = async (body: string, more = "", limits = STEP_LIMITS): Promise<LoadedSource> => {
  const methods = `async plan() {}, async *install(plan, call) { ${body} }, ${more}`;
  const manifest = { capabilities: { plan: true, install: true, ...(more === "" ? {} : { verify: true }) } };
  const spec = { package: writeFixturePlugin(machine.root, { manifest, methods }), config: undefined };
  const host = await PluginHost.load(machine.container, [spec], { agent: "0.1.0", sdk: "0.1.0" }, limits);
  expect(host.refused).toEqual([]);
  return host.find("toy")!;
};
const still = () => new AbortController().signal;
const eventsOf = async (body: string, signal = still()): Promise<InstallEvent[]> =>
  Array.fromAsync((await sourceOf(body)).install(PLAN, { signal }));

test("I1 an installation that keeps the grammar passes through", async () => {
  const events = await eventsOf(
    `${PHASE} ${COMMIT} yield { type: "output", stream: "stdout", line: "hi" }; ${FINISHED}`,
  );
  expect(events.map((event) => event.type)).toEqual(["phase", "phase", "output", "finished"]);
});

test("I1 I3 one that breaks the grammar is an error", async () => {
  const broken: readonly (readonly [string, string])[] = [
    [FINISHED, "it began with finished"],
    [PHASE, "ended without finished"],
    [`${PHASE} ${FINISHED} ${FINISHED}`, "finished came after finished"],
    [`${PHASE} ${FINISHED} ${PHASE}`, "phase came after finished"],
    [`${PHASE} yield { type: "progress", percent: 101 };`, "percent"],
    [`${PHASE} yield { type: "rocket" };`, "install event"],
    [`${PHASE} plan = { ...plan, digest: "0".repeat(64) }; ${FINISHED}`, "receipt is that of another plan"],
  ];
  for (const [body, message] of broken) {
    await expect(eventsOf(body)).rejects.toMatchObject({
      code: "INTERNAL",
      message: expect.stringContaining(message),
    });
  }
});

test("I2 progress never falls", async () => {
  const steps = [10, 50, 20, 60]
    .map((percent) => `yield { type: "progress", percent: ${percent} };`)
    .join(" ");
  const events = await eventsOf(`${PHASE} ${steps} ${FINISHED}`);
  expect(events.flatMap((event) => (event.type === "progress" ? [event.percent] : []))).toEqual([
    10, 50, 50, 60,
  ]);
});

test("I4 an abort before the commit ends the installation, one after it is only told", async () => {
  const waits =
    "await new Promise((_, reject) => call.signal.addEventListener('abort', () => reject(call.signal.reason)));";
  const early = new AbortController();
  const stopped = eventsOf(`${PHASE} ${waits} ${COMMIT} ${FINISHED}`, early.signal);
  early.abort();
  await expect(stopped).rejects.toMatchObject({ code: "CANCELLED" });
  const late = new AbortController();
  const told = "await new Promise((resolve) => call.signal.addEventListener('abort', resolve));";
  const seen: string[] = [];
  for await (const event of (await sourceOf(`${PHASE} ${COMMIT} ${told} ${FINISHED}`)).install(PLAN, {
    signal: late.signal,
  })) {
    seen.push(event.type);
    if (seen.length === 2) setTimeout(() => late.abort(), 10);
  }
  expect(seen).toEqual(["phase", "phase", "finished"]);
});

test("release notes within the caps pass, others and a source without them are refused", async () => {
  const notesOf = async (answer: string) => {
    const manifest = { capabilities: { releaseNotes: true } };
    const methods = `async releaseNotes({ key, candidate }) { return ${answer}; }`;
    const spec = { package: writeFixturePlugin(machine.root, { manifest, methods }), config: undefined };
    const host = await PluginHost.load(machine.container, [spec], { agent: "0.1.0", sdk: "0.1.0" });
    return host.find("toy")!.releaseNotes({ key: "lib", candidate: "2" }, { signal: still() });
  };
  expect(
    await notesOf('{ text: key + " " + candidate, isTruncated: false, advisories: ["CVE-2026-1"] }'),
  ).toEqual({
    text: "lib 2",
    isTruncated: false,
    advisories: ["CVE-2026-1"],
  });
  await expect(notesOf('{ text: "x".repeat(70_000), isTruncated: false, advisories: [] }')).rejects.toThrow(
    "breaks its contract: text",
  );
  const without = await sourceOf(FINISHED);
  await expect(
    without.releaseNotes({ key: "lib", candidate: "2" }, { signal: still() }),
  ).rejects.toMatchObject({
    code: "UNSUPPORTED",
  });
});

test("V1 a verification must name every package and may not contradict itself", async () => {
  const verified = async (lines: string) =>
    (await sourceOf(FINISHED, `async verify() { return [${lines}]; }`)).verify(PLAN, { signal: still() });
  const line = (ok: boolean, version: string) =>
    `{ key: "lib", state: "installed", ok: ${ok}, expectedVersion: "2", installedVersion: "${version}" }`;
  expect(await verified(line(true, "2"))).toHaveLength(1);
  await expect(verified("")).rejects.toThrow("lib of the plan is missing");
  await expect(verified(line(true, "1"))).rejects.toThrow("called right with version 1");
});

test("a step that the manifest does not promise is UNSUPPORTED", async () => {
  const spec = { package: writeFixturePlugin(machine.root), config: undefined };
  const host = await PluginHost.load(machine.container, [spec], { agent: "0.1.0", sdk: "0.1.0" });
  const source = host.find("toy")!;
  await expect(source.plan({ items: [] }, { signal: still() })).rejects.toMatchObject({
    code: "UNSUPPORTED",
  });
  await expect(Array.fromAsync(source.install(PLAN, { signal: still() }))).rejects.toMatchObject({
    code: "UNSUPPORTED",
  });
});
