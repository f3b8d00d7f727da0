import { chmod, mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";

import { APT_WORLD_NEEDS } from "../worlds/apt-repository.js";
import { hasAptWorldTools } from "../worlds/apt-tools.js";
import { whyNoDebianRoot } from "../worlds/debian-base.js";
import { startPostgresServer, whyNoPostgres } from "../worlds/postgres-server.js";
import { addApiToken, setUpFirstAdmin } from "./first-admin.js";
import type { GraphqlScript } from "./graphql-script.js";
import { DebianRoot } from "../worlds/debian-root.js";
import type { InsideMachine } from "../worlds/inside-machine.js";
import { type BootRoot, ManagedMachine } from "./managed-machine.js";
import { type Ready, RedflagServer } from "./redflag-server.ts";

/** The databases that the main job must work on. */
export const DATABASES = ["embedded database", "PostgreSQL server"] as const;
export type DatabaseKind = (typeof DATABASES)[number];

/** Why the whole system cannot be put up here, for the name of a skipped suite; nothing when it can. */
export function whyNoWholeSystem(database: DatabaseKind): string | undefined {
  const missing = whyNoDebianRoot() ?? (hasAptWorldTools() ? undefined : `needs ${APT_WORLD_NEEDS}`);
  return missing ?? (database === "PostgreSQL server" ? whyNoPostgres() : undefined);
}

/** A server with an empty database and a real Debian machine whose agent is not started yet. */
export class WholeSystem<Root extends InsideMachine = DebianRoot> implements AsyncDisposable {
  readonly server: RedflagServer;
  readonly machine: ManagedMachine<Root>;
  /** What the server said at its first start. */
  readonly ready: Ready;
  readonly #resources: AsyncDisposableStack;

  private constructor(
    server: RedflagServer,
    ready: Ready,
    machine: ManagedMachine<Root>,
    resources: AsyncDisposableStack,
  ) {
    this.server = server;
    this.ready = ready;
    this.machine = machine;
    this.#resources = resources;
  }

  static boot(database: DatabaseKind, hostname: string): Promise<WholeSystem> {
    return WholeSystem.bootOn(database, hostname, (options) => DebianRoot.boot(options));
  }

  /** The same on another kind of machine. */
  static async bootOn<Root extends InsideMachine>(
    database: DatabaseKind,
    hostname: string,
    bootRoot: BootRoot<Root>,
  ): Promise<WholeSystem<Root>> {
    await using resources = new AsyncDisposableStack();
    const dir = await mkdtemp(path.join(os.tmpdir(), "redflag-e2e-"));
    resources.defer(() => rm(dir, { recursive: true, force: true }));
    // As root the embedded database runs as an unprivileged user, who has to pass through.
    await chmod(dir, 0o755);
    let databaseUrl: string | undefined;
    if (database === "PostgreSQL server") {
      const postgres = resources.use(await startPostgresServer());
      databaseUrl = await postgres.createDatabase("redflag");
    }
    const machine = resources.use(await ManagedMachine.boot(path.join(dir, "archive"), hostname, bootRoot));
    const { server, ready } = await RedflagServer.start({ dataDir: path.join(dir, "data"), databaseUrl });
    resources.use(server);
    return new WholeSystem(server, ready, machine, resources.move());
  }

  /** Starts the agent inside the machine, enrolling it when it is not enrolled yet. */
  startAgent(): void {
    this.machine.startAgent({
      REDFLAG_SERVER_URL: this.server.url,
      REDFLAG_REGISTRATION_TOKEN: this.ready.registrationToken ?? "",
    });
  }

  /** Makes the first admin, and a script's token with everything that the main job needs. */
  async scriptOfFirstAdmin(): Promise<GraphqlScript> {
    const cookie = await setUpFirstAdmin(this.server.url, this.ready.setupCode);
    return addApiToken(this.server.url, cookie, MAIN_JOB_SCOPES);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#resources.disposeAsync();
  }
}

/** The least that a script needs to plan, approve, install and look. */
export const MAIN_JOB_SCOPES = [
  "AGENTS_READ",
  "UPDATES_READ",
  "UPDATES_PLAN",
  "UPDATES_APPROVE",
  "UPDATES_INSTALL",
  "EVENTS_READ",
] as const;
