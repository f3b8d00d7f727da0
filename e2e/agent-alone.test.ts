import { chmod, mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { eventually } from "./harness/eventually.js";
import { addApiToken, setUpFirstAdmin } from "./harness/first-admin.js";
import type { GraphqlScript } from "./harness/graphql-script.js";
import { HostAgent } from "./harness/host-agent.js";
import { RedflagServer } from "./harness/redflag-server.ts";
import { freshAgent } from "./harness/script/agents.js";
import { localCommands } from "./harness/script/local-commands.js";
import { rollBack } from "./harness/script/rollbacks.js";
import { updatesOf } from "./harness/script/updates.js";
import { DATABASES, MAIN_JOB_SCOPES } from "./harness/whole-system.js";
import { makeFakeRoot } from "./worlds/apt-fake-root.js";
import { APT_WORLD_NEEDS, buildAptRepository, closeAptRepository } from "./worlds/apt-repository.js";
import { hasAptWorldTools } from "./worlds/apt-tools.js";
import { named } from "./worlds/missing-parts.js";
import { startPostgresServer, whyNoPostgres } from "./worlds/postgres-server.js";

const DAY_MS = 86_400_000;
const SHIFT = `--import ${pathToFileURL(path.join(import.meta.dirname, "harness/shift-clock.mjs")).href}`;
const HOST = os.hostname();

describe.each(DATABASES)("An agent that worked alone, on the %s", (database) => {
  const tools = hasAptWorldTools() && process.getuid?.() === 0;
  const missing =
    (tools ? undefined : `needs root and ${APT_WORLD_NEEDS}`) ??
    (database === "PostgreSQL server" ? whyNoPostgres() : undefined);

  describe.skipIf(missing)(named("with real apt", missing), () => {
    let resources: AsyncDisposableStack;
    let clock: Record<string, string>;
    let server: RedflagServer;
    let registrationToken: string;
    let script: GraphqlScript;
    let agent: HostAgent;

    beforeEach(async () => {
      await using stack = new AsyncDisposableStack();
      const dir = await mkdtemp(path.join(os.tmpdir(), "redflag-alone-"));
      stack.defer(() => rm(dir, { recursive: true, force: true }));
      // As root the embedded database runs as an unprivileged user, who has to pass through.
      await chmod(dir, 0o755);
      const repository = await buildAptRepository(path.join(dir, "archive"));
      stack.defer(() => closeAptRepository(repository));
      const root = await makeFakeRoot(repository, path.join(dir, "root"));
      const postgres = database === "PostgreSQL server" ? stack.use(await startPostgresServer()) : undefined;
      clock = { NODE_OPTIONS: SHIFT, E2E_DAYS_AHEAD: "0" };
      const databaseUrl = await postgres?.createDatabase("redflag");
      const started = await RedflagServer.start({ dataDir: path.join(dir, "data"), databaseUrl, env: clock });
      server = stack.use(started.server);
      registrationToken = started.ready.registrationToken ?? "";
      const cookie = await setUpFirstAdmin(server.url, started.ready.setupCode);
      script = await addApiToken(server.url, cookie, MAIN_JOB_SCOPES, 300 * DAY_MS);
      agent = stack.use(new HostAgent(path.join(dir, "agent"), root, clock));
      resources = stack.move();
    });
    afterEach(() => resources.disposeAsync());

    const done = async (...args: string[]): Promise<string> => {
      const { code, stdout, stderr } = await agent.cli(...args);
      expect(code, `${args.join(" ")}\n${stdout}${stderr}`).toBe(0);
      return stdout;
    };
    const idIn = (text: string): string => /Receipt: (cmd_\S+)/.exec(text)?.[1] ?? "none";
    const told = (count: number) =>
      eventually(
        `${count} commands of the machine`,
        () => localCommands(script),
        ({ length }) => length >= count,
      );
    const enrolByItself = (): void => {
      agent.env["REDFLAG_SERVER_URL"] = server.url;
      agent.env["REDFLAG_REGISTRATION_TOKEN"] = registrationToken;
    };
    /** Moves the clocks of the server and the machine. */
    const travel = (days: number): void => {
      clock["E2E_DAYS_AHEAD"] = String(days);
      agent.env["E2E_DAYS_AHEAD"] = String(days);
    };

    test("installs and rolls back, joins, and the server shows each of it exactly once", async () => {
      await done("scan");
      const app = idIn(await done("install", "toy-app", "--yes"));
      const back = idIn(await done("rollback", "last", "--yes"));
      const native = idIn(await done("install", "toy-native", "--yes"));
      enrolByItself();
      agent.start();
      const { id } = await freshAgent(script, HOST);
      const commands = await told(3);
      expect(commands.map((command) => command.id)).toEqual([app, back, native]);
      const user = os.userInfo().username;
      for (const command of commands) {
        expect(command).toMatchObject({
          agent: { id },
          state: "SUCCEEDED",
          requestedBy: `${user} at the machine`,
        });
        expect(command.output.length).toBeGreaterThan(0);
      }
      expect(commands[0]?.items).toContainEqual({ name: "toy-app", outcome: "SUCCEEDED", toVersion: "1.2" });
      expect(commands[1]).toMatchObject({ type: "ROLLBACK", rollsBack: { id: app } });
      expect((await updatesOf(script, id)).map(({ name }) => name)).toContain("toy-app");
      expect((await updatesOf(script, id)).map(({ name }) => name)).not.toContain("toy-native");

      // Beside the agent that runs: told with its next words, and the update follows.
      const lib = idIn(await done("install", "toy-lib", "--yes"));
      await agent.stop();
      agent.start();
      expect((await told(4)).map((command) => command.id)).toEqual([app, back, native, lib]);
      await eventually(
        "The proof by a scan",
        () => updatesOf(script, id, ["VERIFIED"]),
        (updates) => updates.some(({ name }) => name === "toy-lib"),
      );
      expect((await localCommands(script)).at(-1)).toMatchObject({
        reversibility: { level: "REVERSIBLE" },
        updates: [{ name: "toy-lib", state: "VERIFIED" }],
      });

      // The server takes back what it did not install.
      await rollBack(script, lib);
      await eventually(
        "The update that went back",
        () => updatesOf(script, id, ["ROLLED_BACK"]),
        (updates) => updates.some(({ name }) => name === "toy-lib"),
      );
      await agent.stop();
      agent.start();
      await eventually(
        "Another start",
        async () => agent.output.split("agent started").length,
        (parts) => parts > 3,
      );
      expect(await localCommands(script)).toHaveLength(4);
    });

    test("N11 a month without the server: the token is renewed, and all of it is told once and in order", async () => {
      enrolByItself();
      agent.start();
      const { id } = await freshAgent(script, HOST);
      await agent.stop();
      await server.stop();
      travel(30);
      delete agent.env["REDFLAG_REGISTRATION_TOKEN"];
      agent.start();
      const ids: string[] = [];
      for (let round = 0; round < 6; round += 1) {
        ids.push(idIn(await done("install", "toy-native", "--yes")));
        ids.push(idIn(await done("rollback", "last", "--yes")));
      }
      expect(agent.output).toContain("the server was not reached");
      await server.start();
      const commands = await told(ids.length);
      expect(commands.map((command) => command.id)).toEqual(ids);
      expect(commands.every((command) => command.agent.id === id && command.state === "SUCCEEDED")).toBe(
        true,
      );
      await freshAgent(script, HOST);
      expect(await done("status")).toContain(`enrolled as ${id}`);
      expect(await localCommands(script)).toHaveLength(ids.length);
    });

    test("N11 too long without the server: it says how to enrol again, and then nothing is lost", async () => {
      enrolByItself();
      agent.start();
      await freshAgent(script, HOST);
      await agent.stop();
      await server.stop();
      travel(100);
      delete agent.env["REDFLAG_REGISTRATION_TOKEN"];
      const command = `redflag-agent register --server ${server.url} --token <registration token>`;
      expect(await done("status")).toMatch(/Enrolment: EXPIRED on .* Enrol again: redflag-agent register/);
      await done("scan");
      const native = idIn(await done("install", "toy-native", "--yes"));
      const { registrationToken: fresh } = await server.start();
      agent.start();
      await eventually(
        "The advice in the log",
        async () => agent.output,
        (output) => output.includes(command),
      );
      expect(await done("status")).toMatch(/Enrolment: REFUSED by the server/);
      expect(await localCommands(script)).toEqual([]);
      expect(await done("register", "--token", fresh ?? "")).toContain("notices within ten minutes");
      await agent.stop();
      agent.start();
      expect(await told(1)).toMatchObject([{ id: native, state: "SUCCEEDED" }]);
      expect(await done("status")).not.toContain("Enrolment:");
    });
  });
});
