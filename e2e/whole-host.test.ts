import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { addApiToken, setUpFirstAdmin } from "./harness/first-admin.js";
import type { GraphqlScript } from "./harness/graphql-script.js";
import { eventually } from "./harness/eventually.js";
import { RedflagServer } from "./harness/redflag-server.js";
import { freshAgent } from "./harness/script/agents.js";
import { endOf } from "./harness/script/commands.js";
import { install, planOf } from "./harness/script/plans.js";
import { approve, updatesOf } from "./harness/script/updates.js";
import { MAIN_JOB_SCOPES } from "./harness/whole-system.js";
import { simulateUpgrade } from "./worlds/apt-simulation.js";
import { CHECKOUT_INSIDE, type DebianRoot } from "./worlds/debian-root.js";
import { named } from "./worlds/missing-parts.js";
import { bootWholeHost, makeSomethingPending, whyNoWholeHost } from "./worlds/whole-host.js";

const missing = whyNoWholeHost();
const NAME = "whole-host";
const UPGRADE_LIMIT_MS = 15 * 60_000;

/** Packages of which the few processes inside, bash, sleep and Node, have files open. */
const LOADED = /^(libc6|libc-bin|libgcc-s1|libstdc\+\+6|libtinfo6|bash|coreutils|locales|libnss.*)$/;

/** Everything that this machine's package manager knows, as one number. */
const hostState = (): string =>
  createHash("sha256")
    .update(readFileSync("/var/lib/dpkg/status"))
    .update(readFileSync("/var/lib/apt/extended_states"))
    .digest("hex");

describe.skipIf(missing)(named("A full upgrade of this whole machine, in an overlay of it", missing), () => {
  const resources = new AsyncDisposableStack();
  let host: DebianRoot;
  let script: GraphqlScript;
  let before: string;

  beforeAll(async () => {
    before = hostState();
    const dir = await mkdtemp(path.join(os.tmpdir(), "redflag-host-"));
    resources.defer(() => rm(dir, { recursive: true, force: true }));
    // As root the embedded database runs as an unprivileged user, who has to pass through.
    await chmod(dir, 0o755);
    host = resources.use(await bootWholeHost(NAME));
    if ((await simulateUpgrade(host)).installed.length === 0) await makeSomethingPending(host);
    const { server, ready } = await RedflagServer.start({ dataDir: path.join(dir, "data") });
    resources.use(server);
    script = await addApiToken(
      server.url,
      await setUpFirstAdmin(server.url, ready.setupCode),
      MAIN_JOB_SCOPES,
    );
    host.write("/etc/redflag-e2e.json", "{}");
    host.start(
      [`${CHECKOUT_INSIDE}/node_modules/.bin/node`, `${CHECKOUT_INSIDE}/agent-core/dist/main.js`, "run"],
      {
        env: {
          AGENT_CONFIG_PATH: "/etc/redflag-e2e.json",
          REDFLAG_AGENT_STATE_DIR: "/var/lib/redflag-e2e",
          REDFLAG_SERVER_URL: server.url,
          REDFLAG_REGISTRATION_TOKEN: ready.registrationToken ?? "",
        },
      },
    );
  }, UPGRADE_LIMIT_MS);

  afterAll(() => resources.disposeAsync());

  test(
    "scan, plan and install are what apt-get itself would do, all of it is proved, and this machine is as before",
    async () => {
      const agent = await freshAgent(script, NAME);
      const said = await simulateUpgrade(host);
      expect(said.installed.length).toBeGreaterThan(0);
      const updates = (await updatesOf(script, agent.id)).filter(({ isHeld }) => !isHeld);
      const listed = updates.map(({ name, architecture, candidateVersion }) =>
        [name, architecture, candidateVersion].join(" "),
      );
      expect(listed.toSorted()).toEqual(said.installed);

      const ids = updates.map(({ id }) => id);
      const plan = await planOf(script, ids);
      expect(plan).toMatchObject({ state: "READY", failure: null, blockers: [] });
      const planned = [...plan.items, ...plan.alsoInstalls].map(({ name }) => name);
      expect(planned.toSorted()).toEqual(said.installed.map((line) => line.split(" ")[0]).toSorted());
      expect(plan.alsoRemoves.map(({ name }) => name).toSorted()).toEqual(said.removed);

      expect(await approve(script, ids)).toEqual([]);
      const end = await endOf(script, await install(script, plan.id), UPGRADE_LIMIT_MS);
      expect(end).toMatchObject({ state: "SUCCEEDED", failure: null });
      expect(end.items.filter(({ outcome }) => outcome !== "SUCCEEDED")).toEqual([]);
      expect((await simulateUpgrade(host)).installed).toEqual([]);
      expect(await host.run(["dpkg", "--audit"])).toMatchObject({ code: 0, stdout: "" });
      const { stdout } = await host.run([
        "dpkg-query",
        "-W",
        "-f",
        "${Package} ${Architecture} ${Version}\\n",
      ]);
      const installed = new Set(stdout.trim().split("\n"));
      expect(said.installed.filter((line) => !installed.has(line))).toEqual([]);
      const proved = await eventually(
        "The proof of every update",
        () => updatesOf(script, agent.id, ["VERIFIED", "RESTART_NEEDED"]),
        (found) => found.length === ids.length,
      );
      // Whatever runs inside still has the old files of what it loaded; nothing else may say so.
      const waiting = proved.filter(({ state }) => state === "RESTART_NEEDED").map(({ name }) => name);
      expect(waiting.filter((name) => !LOADED.test(name))).toEqual([]);
      expect(hostState()).toBe(before);
    },
    UPGRADE_LIMIT_MS,
  );
});
