import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test, vi } from "vitest";
import { CARRY_OUT } from "../jobs/carry-out.js";
import { COMMAND_DESK } from "../jobs/command-desk.js";
import { SCANNER } from "../jobs/scanner.js";
import { SOURCE_GATE } from "../jobs/source-gate.js";
import { PLUGIN_HOST } from "../plugins/plugin-host.js";
import { ProtocolServer } from "../testing/protocol-server.js";
import { startTestAgent } from "../testing/run-test-agent.js";
import * as given from "../tokens.js";

const ALL = { ...given, SCANNER, SOURCE_GATE, PLUGIN_HOST, CARRY_OUT, COMMAND_DESK };

test("every token of the container resolves once the agent runs", async () => {
  const root = mkdtempSync(path.join(tmpdir(), "redflag-tokens-"));
  const server = new ProtocolServer();
  const agent = await startTestAgent(root, { serverUrl: await server.start(), plugins: [] });
  await vi.waitUntil(() => server.checkIns.length > 0, { timeout: 15_000 });
  for (const [name, token] of Object.entries(ALL)) {
    expect(agent.container.resolve(token as never), name).toBeDefined();
  }
  await agent.stop();
  await server.stop();
  rmSync(root, { recursive: true, force: true });
});
