import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { eventually } from "./harness/eventually.js";
import type { GraphqlScript } from "./harness/graphql-script.js";
import { freshAgent } from "./harness/script/agents.js";
import type { ScriptAgent } from "./harness/script/agents.js";
import { endOf } from "./harness/script/commands.js";
import { install, planOf } from "./harness/script/plans.js";
import { approve, updatesOf } from "./harness/script/updates.js";
import type { ScriptUpdate } from "./harness/script/updates.js";
import { DATABASES, whyNoWholeSystem, WholeSystem } from "./harness/whole-system.js";
import { named } from "./worlds/missing-parts.js";

describe.each(DATABASES)("The main job by a script with an API token, on the %s", (database) => {
  const missing = whyNoWholeSystem(database);

  describe.skipIf(missing)(named("on a real Debian machine", missing), () => {
    let system: WholeSystem;
    let script: GraphqlScript;
    let agent: ScriptAgent;

    const pick = async (...names: string[]): Promise<ScriptUpdate[]> => {
      const updates = await updatesOf(script, agent.id);
      return names.map((name) => {
        const update = updates.find((candidate) => candidate.name === name);
        if (!update) throw new Error(`${name} is not pending.`);
        return update;
      });
    };

    beforeAll(async () => {
      system = await WholeSystem.boot(database, "debian-script");
      script = await system.scriptOfFirstAdmin();
      system.startAgent();
      agent = await freshAgent(script, "debian-script");
    });

    afterAll(async () => {
      await system?.[Symbol.asyncDispose]();
    });

    test("sees the machine and what is pending on it", async () => {
      expect(agent).toMatchObject({ state: "ONLINE", canInstall: true });
      expect(agent.osName).toContain("bookworm");
      expect(agent.updateCounts).toMatchObject({ unknownAgents: 0, security: 2 });
      const [app, held] = await pick("toy-app", "toy-held");
      expect(app).toMatchObject({ installedVersion: "1.0", candidateVersion: "1.2", kind: "SECURITY" });
      expect(held).toMatchObject({ isHeld: true });
    });

    test("plans, approves, installs and sees it proved", async () => {
      const [app] = await pick("toy-app");
      if (!app) return;
      const plan = await planOf(script, [app.id]);
      expect(plan).toMatchObject({ state: "READY", blockers: [], alsoRemoves: [] });
      expect(plan.items).toEqual([
        { name: "toy-app", fromVersion: "1.0", toVersion: "1.2", isDowngrade: false },
      ]);
      expect(plan.alsoInstalls).toEqual([{ name: "toy-lib" }]);

      await expect(install(script, plan.id)).rejects.toThrow("approve");
      expect(await approve(script, [app.id])).toEqual([]);
      const command = await endOf(script, await install(script, plan.id));
      expect(command).toMatchObject({ state: "SUCCEEDED", failure: null, attempt: 1 });
      expect(command.items.map(({ name, outcome }) => `${name} ${outcome}`).toSorted()).toEqual([
        "toy-app SUCCEEDED",
        "toy-lib SUCCEEDED",
      ]);
      expect(command.output.map(({ text }) => text).join("\n")).toContain("Setting up toy-app (1.2)");
      expect(await system.machine.installedVersion("toy-app")).toBe("1.2");
      await eventually(
        "The proof by a fresh scan",
        () => updatesOf(script, agent.id, ["VERIFIED"]),
        (updates) => updates.some(({ id }) => id === app.id),
      );
      expect((await updatesOf(script, agent.id)).map(({ name }) => name)).not.toContain("toy-lib");
    });

    test("is told which package failed while the other one succeeded", async () => {
      const updates = await pick("toy-fail", "toy-conf");
      const ids = updates.map(({ id }) => id);
      const plan = await planOf(script, ids);
      await approve(script, ids);
      const command = await endOf(script, await install(script, plan.id));
      expect(command.state).toBe("PARTIALLY_SUCCEEDED");
      const outcomes = Object.fromEntries(command.items.map(({ name, outcome }) => [name, outcome]));
      expect(outcomes).toEqual({ "toy-conf": "SUCCEEDED", "toy-fail": "FAILED" });
      const after = await updatesOf(script, agent.id, ["FAILED", "VERIFIED", "INSTALLED"]);
      expect(after.find(({ id }) => id === updates[0]?.id)?.state).toBe("FAILED");
      // Mends the machine for the tests that follow.
      system.machine.root.write("/etc/toy-fail-ok", "");
      await system.machine.mustRun(["dpkg", "--configure", "-a"]);
    });

    test("is refused when the world moved between plan and install", async () => {
      const [update] = await pick("toy-security-notes");
      if (!update) return;
      const plan = await planOf(script, [update.id]);
      await approve(script, [update.id]);
      await system.machine.mustRun(["apt-mark", "hold", "toy-security-notes"]);
      const command = await endOf(script, await install(script, plan.id));
      expect(command).toMatchObject({ state: "FAILED", failure: { code: "PLAN_STALE" } });
      expect(command.failure?.message).toContain("toy-security-notes: held now");
      expect(await system.machine.installedVersion("toy-security-notes")).toBe("1.0");
    });
  });
});
