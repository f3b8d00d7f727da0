import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { eventually } from "./harness/eventually.js";
import type { GraphqlScript } from "./harness/graphql-script.js";
import { freshAgent } from "./harness/script/agents.js";
import type { ScriptAgent } from "./harness/script/agents.js";
import { endOf } from "./harness/script/commands.js";
import { install, planOf } from "./harness/script/plans.js";
import { reversibilityOf, rollBack } from "./harness/script/rollbacks.js";
import { approve, updatesOf } from "./harness/script/updates.js";
import { DATABASES, whyNoWholeSystem, WholeSystem } from "./harness/whole-system.js";
import { named } from "./worlds/missing-parts.js";

const missing = whyNoWholeSystem(DATABASES[0]);

describe.skipIf(missing)(named("R1 an install is taken back on a real Debian machine", missing), () => {
  let system: WholeSystem;
  let script: GraphqlScript;
  let agent: ScriptAgent;

  beforeAll(async () => {
    system = await WholeSystem.boot(DATABASES[0], "debian-rollback");
    script = await system.scriptOfFirstAdmin();
    system.startAgent();
    agent = await freshAgent(script, "debian-rollback");
  });
  afterAll(async () => {
    await system?.[Symbol.asyncDispose]();
  });

  const versions = async () =>
    Object.fromEntries(
      await Promise.all(
        ["toy-app", "toy-lib", "toy-kept", "toy-newdep"].map(
          async (name) => [name, await system.machine.installedVersion(name)] as const,
        ),
      ),
    );
  const pending = async () =>
    (await updatesOf(script, agent.id)).map(
      ({ name, installedVersion, candidateVersion }) => `${name} ${installedVersion} ${candidateVersion}`,
    );

  test("the plan says how far, the machine is as before, and the updates are offered again", async () => {
    const before = { versions: await versions(), pending: await pending() };
    const updates = (await updatesOf(script, agent.id)).filter(({ name }) =>
      ["toy-app", "toy-kept"].includes(name),
    );
    const ids = updates.map(({ id }) => id);
    const plan = await planOf(script, ids);
    expect(await reversibilityOf(script, plan.id)).toMatchObject({
      level: "REVERSIBLE",
      reasons: [expect.stringContaining("exact previous versions"), expect.stringContaining("New packages")],
    });
    await approve(script, ids);
    const installCommand = await install(script, plan.id);
    expect(await endOf(script, installCommand)).toMatchObject({ state: "SUCCEEDED" });
    expect(await versions()).toEqual({
      "toy-app": "1.2",
      "toy-lib": "1.0.2",
      "toy-kept": "2.0",
      "toy-newdep": "1.0",
    });

    const command = await endOf(script, await rollBack(script, installCommand));
    expect(command).toMatchObject({ state: "SUCCEEDED", failure: null });
    expect(await versions()).toEqual(before.versions);
    await eventually(
      "The updates, offered again",
      () => updatesOf(script, agent.id, ["ROLLED_BACK"]),
      (rolledBack) => ids.every((id) => rolledBack.some((update) => update.id === id)),
    );
    await eventually("The list as it was", pending, (now) => now.length >= before.pending.length);
    expect((await pending()).toSorted()).toEqual(before.pending.toSorted());
    await expect(rollBack(script, installCommand)).rejects.toThrow("rolled back");
  });
});
