import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { vi } from "vitest";
import { FaultProxy } from "./fault-proxy.js";
import { ProtocolServer } from "./protocol-server.js";
import { startTestAgent, type TestAgent, type TestParts } from "./run-test-agent.js";
import { type ToyManager, writeToyManager } from "./toy-manager.js";

/** How long a test waits for what other parts do in their own time. */
export const PATIENCE = { timeout: 20_000 };

/** A machine with a toy package manager, a server, a network between them that can break, and agents in this process. */
export class ConnectedWorld implements AsyncDisposable {
  readonly root = mkdtempSync(path.join(tmpdir(), "redflag-connected-"));
  readonly toy: ToyManager = writeToyManager(this.root);
  readonly #agents: TestAgent[] = [];

  private constructor(
    /** The server's address by way of {@link ConnectedWorld.proxy}. */
    readonly url: string,
    readonly proxy: FaultProxy,
    readonly server: ProtocolServer,
  ) {}

  static async open(): Promise<ConnectedWorld> {
    const server = new ProtocolServer();
    const proxy = new FaultProxy(await server.start());
    return new ConnectedWorld(await proxy.start(), proxy, server);
  }

  /** Settings of an agent of this world. */
  settings(more: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
    return { serverUrl: this.url, plugins: [this.toy.plugin], ...more };
  }

  /** Starts an agent; it ends with the world at the latest. @param at where its state lies */
  async start(
    settings: Readonly<Record<string, unknown>> = {},
    at = this.root,
    parts: TestParts = {},
  ): Promise<TestAgent> {
    const agent = await startTestAgent(at, this.settings(settings), parts);
    this.#agents.push(agent);
    return agent;
  }

  /** Waits for the first scan report. */
  async reported(): Promise<void> {
    await vi.waitUntil(() => this.server.reports.length > 0, PATIENCE);
  }

  /** Waits for a command's result. */
  ended(commandId: string) {
    return vi.waitUntil(() => this.server.commands.get(commandId).result, PATIENCE);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.toy.release();
    this.proxy.mode = "pass";
    await Promise.all(this.#agents.splice(0).map((agent) => agent.stop().catch(() => undefined)));
    await this.proxy.stop();
    await this.server.stop();
    rmSync(this.root, { recursive: true, force: true });
  }
}
