import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import {
  type Call,
  type InstallEvent,
  type Manifest,
  type Plan,
  planDigest,
  PluginError,
  type Source,
} from "@redflag/plugin-sdk";
import { ServerClock } from "../clock/server-clock.js";
import { systemClock } from "../clock/system-clock.js";
import { RunPermits } from "../exec/run-permit.js";
import { CarryOut } from "../jobs/carry-out.js";
import { CommandDesk } from "../jobs/command-desk.js";
import type { CommandUplink } from "../jobs/command-uplink.js";
import { Scanner } from "../jobs/scanner.js";
import { SourceGate } from "../jobs/source-gate.js";
import { Journal } from "../journal/journal.js";
import { silentLog } from "../log/silent-log.js";
import { STEP_LIMITS } from "../plugins/lifecycle.js";
import { LoadedSource } from "../plugins/loaded-source.js";
import type { PluginHost } from "../plugins/plugin-host.js";
import type { ClaimedCommand } from "../protocol/operations.js";
import { ReceiptStore } from "../receipts/receipt-store.js";
import { ReportStore } from "../state/report-store.js";
import { StateFolder } from "../state/state-folder.js";
import { ProtocolCommands } from "./protocol-commands.js";
import { sampleCommand } from "./sample-command.js";

const MANIFEST: Manifest = {
  id: "toy",
  apiVersion: 1,
  displayName: "Toy",
  ecosystem: "toy",
  platforms: ["linux"],
  versionScheme: "opaque",
  capabilities: { plan: true, install: true, verify: true, rollback: "previous-version" },
  commands: [],
};

/** The command that installs one package of its own. */
export function installOf(id: string): ClaimedCommand {
  const item = {
    key: id,
    name: id,
    architecture: null,
    fromVersion: "1",
    toVersion: "2",
    isDowngrade: false,
    origin: null,
    downloadBytes: null,
  };
  const digest = planDigest({
    items: [{ key: id, name: id, fromVersion: "1", toVersion: "2" }],
    alsoInstalls: [],
    alsoRemoves: [],
  });
  const transaction = {
    id,
    items: [item],
    alsoInstalls: [],
    alsoRemoves: [],
    digest,
    expiresAt: "2999-01-01T00:00:00Z",
    token: null,
  };
  return sampleCommand({ id, type: "INSTALL", transaction });
}

/** The command that takes the installation of another one back. */
export function rollbackOf(install: string, id: string): ClaimedCommand {
  return sampleCommand({ id, type: "ROLLBACK", rollsBack: install });
}

/** A machine, a server and an agent between them that can be killed and started again at any moment. */
export class DeskWorld {
  readonly commands = new ProtocolCommands();
  /** Versions on the machine. */
  readonly installed = new Map<string, string>();
  /** How often the commit of a package was begun. */
  readonly commits = new Map<string, number>();
  /** How often its way back was begun. */
  readonly reverts = new Map<string, number>();
  readonly root = mkdtempSync(path.join(tmpdir(), "redflag-desk-"));
  /** Installations of the living agent wait here twice: before the commit and before its end. */
  #gates: (() => void)[] = [];
  #life = 0;
  /** Rejects at the very end, so that what the dead left unfinished unwinds before its folder goes. */
  readonly #burial = Promise.withResolvers<never>();
  readonly #sourceGates: SourceGate[] = [];
  /** The last one is the living agent's. */
  readonly #journals: Journal[] = [];
  desk: CommandDesk | undefined;

  /** Starts an agent on what the dead one left on disk. */
  async start(): Promise<void> {
    this.#life += 1;
    const life = this.#life;
    this.#gates = [];
    const now = (): number => Date.now();
    const { journal } = await Journal.open(this.#journalFile, now);
    this.#journals.push(journal);
    const folder = new StateFolder(path.join(this.root, `life-${life}`));
    const serverClock = new ServerClock(systemClock);
    const scanner = new Scanner(new ReportStore(folder), folder, systemClock, silentLog, "0.1.0");
    const source = this.#source(life);
    const host = { sources: [source], refused: [], find: () => source } as unknown as PluginHost;
    const gate = new SourceGate(folder, systemClock);
    this.#sourceGates.push(gate);
    const receipts = new ReceiptStore(new StateFolder(this.root), systemClock);
    const carryOut = new CarryOut(scanner, receipts, serverClock, systemClock);
    const uplink = this.#uplink(life);
    this.desk = new CommandDesk(
      journal,
      host,
      gate,
      carryOut,
      scanner,
      uplink,
      serverClock,
      systemClock,
      silentLog,
    );
    this.desk.resume();
  }

  /** What the dead agent would still do never happens. */
  kill(): void {
    this.#life += 1;
    this.#gates = [];
    this.desk = undefined;
  }

  /** The agent is killed and comes back without its memory, as after a new installation of it. */
  loseJournal(): void {
    this.kill();
    rmSync(this.#journalFile, { force: true });
  }

  get #journalFile(): string {
    return path.join(this.root, "journal.log");
  }

  get #journal(): Journal {
    const journal = this.#journals.at(-1);
    if (!journal) throw new Error("no agent was started");
    return journal;
  }

  claim(): void {
    if (this.desk) this.desk.take(this.commands.claim(10));
  }

  /** Lets the installation that waits go one step further. */
  step(): void {
    this.#gates.shift()?.();
  }

  async dispose(): Promise<void> {
    this.kill();
    this.#burial.promise.catch(() => undefined);
    this.#burial.reject(new PluginError("CANCELLED", "The world ends."));
    await Promise.all(this.#sourceGates.map((gate) => gate.settled()));
    for (const journal of this.#journals) journal.close();
    rmSync(this.root, { recursive: true, force: true });
  }

  #uplink(life: number): CommandUplink {
    const isAlive = (): boolean => life === this.#life;
    return {
      begin: async (command) => {
        if (!isAlive()) return this.#burial.promise;
        const { errors } = this.commands.progress({ commandId: command.id, attempt: command.attempt });
        return errors.length > 0 ? "lost" : "begun";
      },
      progress: () => undefined,
      line: () => undefined,
      waiting: () => undefined,
      toldLines: () => [],
      finished: (id) => {
        const entry = isAlive() ? this.#journal.find(id) : undefined;
        if (!entry?.result) return;
        this.commands.result({ ...entry.result, attempt: entry.command.attempt });
        this.#journal.deliver(id);
      },
      adopted: (id) => {
        const entry = this.#journal.find(id);
        if (entry) this.commands.progress({ commandId: id, attempt: entry.command.attempt });
      },
      scanned: () => undefined,
    };
  }

  #source(life: number): LoadedSource {
    const burial = this.#burial.promise;
    const pause = () => Promise.race([new Promise<void>((resolve) => this.#gates.push(resolve)), burial]);
    const die = () => (life === this.#life ? undefined : burial);
    const { installed, commits, reverts } = this;
    const upToCommit = async function* ({ signal }: Call): AsyncGenerator<InstallEvent> {
      yield { type: "phase", phase: "download", cancellable: true };
      const { promise, resolve } = Promise.withResolvers<void>();
      signal.addEventListener("abort", () => resolve(), { once: true });
      await Promise.race([pause(), promise]);
      await die();
      if (signal.aborted) throw new PluginError("CANCELLED", "cancelled");
      yield { type: "phase", phase: "commit", cancellable: false };
    };
    const source: Source = {
      detect: async () => ({ status: "absent" }),
      scan: async () => ({ items: [], complete: true, warnings: [] }),
      plan: async () => Promise.reject(new PluginError("UNSUPPORTED", "not planned here")),
      async *install(plan, call) {
        yield* upToCommit(call);
        for (const { key } of plan.items) commits.set(key, (commits.get(key) ?? 0) + 1);
        await pause();
        await die();
        for (const { key, toVersion } of plan.items) installed.set(key, toVersion);
        yield finished(plan);
      },
      async *rollback(receipt, call) {
        yield* upToCommit(call);
        for (const { key } of receipt.items) reverts.set(key, (reverts.get(key) ?? 0) + 1);
        await pause();
        await die();
        const items = receipt.items.map((item) => ({
          ...item,
          fromVersion: item.toVersion,
          toVersion: item.fromVersion,
        }));
        for (const { key, toVersion } of items) installed.set(key, toVersion ?? "none");
        yield { type: "finished", receipt: { ...receipt, items }, restart: { services: [], system: false } };
      },
      verify: async (plan) => {
        await die();
        return plan.items.map(({ key, toVersion }) => {
          const installedVersion = installed.get(key) ?? "1";
          const ok = installedVersion === toVersion;
          return {
            key,
            state: ok ? "installed" : "other-version",
            ok,
            expectedVersion: toVersion,
            installedVersion,
          };
        });
      },
    };
    const setting = {
      pluginId: "toy",
      permits: new RunPermits(),
      limits: STEP_LIMITS,
      clock: systemClock,
      log: silentLog,
      runFolder: () => path.join(this.root, "runs"),
      newRunId: () => String(Math.random()),
    };
    return new LoadedSource(MANIFEST, "redflag-plugin-toy", "1.0.0", source, setting);
  }
}

function finished(plan: Plan) {
  const at = new Date().toISOString();
  const receipt = { planId: plan.id, planDigest: plan.digest, source: "toy", startedAt: at, finishedAt: at };
  const items = plan.items.map((item) => ({
    ...item,
    role: "selected" as const,
    outcome: "installed" as const,
  }));
  return {
    type: "finished" as const,
    receipt: { ...receipt, outcome: "succeeded" as const, items, token: "" },
    restart: { services: [], system: false },
  };
}
