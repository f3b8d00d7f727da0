import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { writeFixturePlugin } from "../testing/fixture-plugin.js";
import { ProtocolServer } from "../testing/protocol-server.js";
import { startTestAgent, type TestAgent } from "../testing/run-test-agent.js";
import { sampleCommand } from "../testing/sample-command.js";

const NOTES = `if (candidate === "none") throw new PluginError("UNSUPPORTED", "The archive has no changelog of it.");
  if (candidate === "long") return { text: "\\u001b".repeat(60_000), isTruncated: false, advisories: [] };
  return { text: key + " (" + candidate + ")\\n\\n  * safe\\u202etxt.exe \\u001b]52;c;eA==\\u0007",
    isTruncated: false, advisories: ["CVE-2026-1"] };`;

let root: string;
let server: ProtocolServer;
let url: string;
let agent: TestAgent | undefined;

beforeEach(async () => {
  root = mkdtempSync(path.join(tmpdir(), "redflag-notes-"));
  server = new ProtocolServer();
  url = await server.start();
});
afterEach(async () => {
  await agent?.stop();
  await server.stop();
  rmSync(root, { recursive: true, force: true });
});

const start = async (promise: boolean): Promise<void> => {
  const plugin = writeFixturePlugin(root, {
    manifest: promise ? { capabilities: { releaseNotes: true } } : {},
    methods: promise ? `async releaseNotes({ key, candidate }) { ${NOTES} },` : "",
  });
  agent = await startTestAgent(root, { serverUrl: url, plugins: [plugin] });
};
const ask = async (candidateVersion: string, id = `cmd_${candidateVersion}`) => {
  const wanted = [{ key: "lib", candidateVersion }];
  server.enqueue(sampleCommand({ id, type: "RELEASE_NOTES", wanted }));
  return vi.waitUntil(() => server.commands.get(id).result, { timeout: 15_000 });
};

test("B5 release notes come as lines in which nothing moves a cursor or turns text", async () => {
  await start(true);
  const { state, releaseNotes } = await ask("2");
  expect([state, releaseNotes?.advisories]).toEqual(["SUCCEEDED", ["CVE-2026-1"]]);
  expect(releaseNotes?.text).toBe("lib (2)\n\n  * safe\\u{202e}txt.exe \\x1b]52;c;eA==\\x07");
});

test("notes that grow when they are made visible are cut, and it is said", async () => {
  await start(true);
  const { releaseNotes } = await ask("long");
  expect(releaseNotes?.isTruncated).toBe(true);
  expect(releaseNotes?.text).toHaveLength(65_536);
});

test("a source without notes, or without these, says so in its own words", async () => {
  await start(true);
  expect(await ask("none")).toMatchObject({
    state: "FAILED",
    failure: { code: "UNSUPPORTED", message: "The archive has no changelog of it." },
  });
});

test("a source that cannot tell what an update brings is unsupported", async () => {
  await start(false);
  expect(await ask("2")).toMatchObject({ state: "FAILED", failure: { code: "UNSUPPORTED" } });
});
