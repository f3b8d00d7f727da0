import { afterAll, beforeAll, describe, expect, test } from "vitest";

import type { GraphqlScript } from "./harness/graphql-script.js";
import { freshAgent, type ScriptAgent } from "./harness/script/agents.js";
import { commandOf, endOf } from "./harness/script/commands.js";
import { heldIn, hold, release } from "./harness/script/holds.js";
import { install, planOf } from "./harness/script/plans.js";
import { approve, updatesOf } from "./harness/script/updates.js";
import { DATABASES, whyNoWholeSystem, WholeSystem } from "./harness/whole-system.js";
import { named } from "./worlds/missing-parts.js";

describe.each(DATABASES)("Holds from the API to apt and back, on the %s", (database) => {
  const missing = whyNoWholeSystem(database);

  describe.skipIf(missing)(named("on a real Debian machine", missing), () => {
    let system: WholeSystem;
    let script: GraphqlScript;
    let agent: ScriptAgent;
    beforeAll(async () => {
      system = await WholeSystem.boot(database, "debian-holds");
      script = await system.scriptOfFirstAdmin();
      system.startAgent();
      agent = await freshAgent(script, "debian-holds");
    });
    afterAll(async () => {
      await system?.[Symbol.asyncDispose]();
    });

    const idOf = async (name: string): Promise<string> => {
      const update = (await updatesOf(script, agent.id)).find((candidate) => candidate.name === name);
      if (!update) throw new Error(`${name} is not pending.`);
      return update.id;
    };
    const marks = async () =>
      (await system.machine.mustRun(["apt-mark", "showhold"])).split("\n").filter(Boolean);
    const scan = (id: string) =>
      script.run(
        `mutation ($id: ID!) { startScan(input: { agentIds: [$id], refresh: false }) { errors { message } } }`,
        {
          id,
        },
      );

    test("what is held in RedFlag is held by apt, so that plain apt at the machine leaves it, too", async () => {
      const id = await idOf("toy-conf");
      expect(await hold(script, [id], "audit")).toEqual([]);
      const held = await heldIn(script, id, ["REDFLAG", "MACHINE_MARK"]);
      expect(held).toMatchObject({ isHeld: true, holdReason: "audit", holdCommand: { type: "HOLD" } });
      expect(await endOf(script, held.holdCommand?.id ?? "")).toMatchObject({ state: "SUCCEEDED" });
      expect(await marks()).toContain("toy-conf");
      const simulated = await system.machine.mustRun(["apt-get", "-s", "dist-upgrade"]);
      expect(simulated).toContain("Inst toy-native ");
      expect(simulated).not.toContain("Inst toy-conf ");
      expect(await approve(script, [id])).toMatchObject([{ message: expect.stringContaining("audit") }]);
      await expect(planOf(script, [id])).rejects.toThrow("held");
    });

    test("a release ends both, and then it is installed", async () => {
      const id = await idOf("toy-conf");
      expect(await release(script, [id])).toEqual([]);
      await heldIn(script, id, []);
      expect(await marks()).not.toContain("toy-conf");
      const plan = await planOf(script, [id]);
      expect(plan).toMatchObject({ state: "READY", blockers: [] });
      await approve(script, [id]);
      expect(await endOf(script, await install(script, plan.id))).toMatchObject({ state: "SUCCEEDED" });
      expect(await system.machine.installedVersion("toy-conf")).toBe("2.0");
    });

    test("a mark that somebody set at the machine is shown, and released from here", async () => {
      await system.machine.mustRun(["apt-mark", "hold", "toy-native"]);
      await scan(agent.id);
      const id = await idOf("toy-native");
      await heldIn(script, id, ["MACHINE_MARK"]);
      expect(await release(script, [id])).toEqual([]);
      await heldIn(script, id, []);
      expect(await marks()).not.toContain("toy-native");
    });

    test("a pin is shown, is not released, and the refusal says what to do", async () => {
      const pin = "Package: toy-native\nPin: version 1:1.0-1\nPin-Priority: 1001\n";
      system.machine.root.write("/etc/apt/preferences.d/pin", pin);
      await scan(agent.id);
      const id = await idOf("toy-native");
      await heldIn(script, id, ["MACHINE_PIN"]);
      expect(await release(script, [id])).toMatchObject([
        { message: expect.stringContaining("/etc/apt/preferences") },
      ]);
    });

    test("a hold set while an install that brings the package along waits keeps the install from the machine", async () => {
      const [app, lib] = [await idOf("toy-app"), await idOf("toy-lib")];
      const plan = await planOf(script, [app]);
      expect(plan.alsoInstalls.map(({ name }) => name)).toEqual(["toy-lib"]);
      await approve(script, [app]);
      await system.machine.killAgentHard();
      const command = await install(script, plan.id);
      await hold(script, [lib], "not yet");
      system.startAgent();
      expect(await endOf(script, command)).toMatchObject({
        state: "FAILED",
        failure: { code: "UPDATE_IS_HELD", message: expect.stringContaining("toy-lib is held") },
      });
      await heldIn(script, lib, ["REDFLAG", "MACHINE_MARK"]);
      expect(await commandOf(script, command)).toMatchObject({ attempt: 0 });
      expect(await system.machine.installedVersion("toy-app")).toBe("1.0");
    });
  });
});
