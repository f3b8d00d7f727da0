import { afterEach, describe, expect, test } from "vitest";

import { eventually } from "./harness/eventually.js";
import { freshAgent } from "./harness/script/agents.js";
import { commandOf, endOf } from "./harness/script/commands.js";
import { updatesOf } from "./harness/script/updates.js";
import { outputShows, startSlowInstall, timesConfigured } from "./harness/slow-install.js";
import { DATABASES, whyNoWholeSystem, WholeSystem } from "./harness/whole-system.js";
import { named } from "./worlds/missing-parts.js";

/** Long enough that everything can be killed and started again while dpkg works. */
const INSTALL_SECONDS = 8;

describe.each(DATABASES)("kill -9 in the middle of an install, on the %s", (database) => {
  const missing = whyNoWholeSystem(database);

  describe.skipIf(missing)(named("on a real Debian machine", missing), () => {
    let system: WholeSystem | undefined;

    afterEach(async () => {
      await system?.[Symbol.asyncDispose]();
      system = undefined;
    });

    test.each(["server", "agent", "server and agent"])(
      "of the %s: the end is true and told once",
      async (victim) => {
        system = await WholeSystem.boot(database, "debian-killed");
        const { machine, server } = system;
        machine.root.write("/etc/toy-slow-seconds", String(INSTALL_SECONDS));
        const script = await system.scriptOfFirstAdmin();
        system.startAgent();
        const agent = await freshAgent(script, "debian-killed");
        const { command, update } = await startSlowInstall(script, agent.id);
        await outputShows(script, command, "toy-slow: 2 of");

        if (victim.includes("server")) await server.killHard();
        if (victim.includes("agent")) await machine.killAgentHard();
        if (victim.includes("server")) await server.start();
        if (victim.includes("agent")) system.startAgent();

        const end = await endOf(script, command, 120_000);
        expect(end).toMatchObject({ state: "SUCCEEDED", failure: null });
        expect(end.items).toMatchObject([{ name: "toy-slow", outcome: "SUCCEEDED", toVersion: "2.0" }]);
        expect(await machine.installedVersion("toy-slow")).toBe("2.0");
        expect(timesConfigured(machine, "toy-slow")).toBe(1);
        await eventually(
          "The proof by a fresh scan",
          () => updatesOf(script, agent.id, ["VERIFIED"]),
          (updates) => updates.some(({ id }) => id === update),
        );
        const texts = (await commandOf(script, command)).output.map(({ text }) => text);
        expect(texts.filter((text) => text.startsWith("toy-slow: 1 of"))).toHaveLength(1);
      },
    );
  });
});
