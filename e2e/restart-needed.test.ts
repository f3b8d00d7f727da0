import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { openAdminPage } from "./harness/admin-page.js";
import { whyNoBrowser } from "./harness/browser.js";
import { eventually } from "./harness/eventually.js";
import type { GraphqlScript } from "./harness/graphql-script.js";
import { freshAgent } from "./harness/script/agents.js";
import { endOf } from "./harness/script/commands.js";
import { install, planOf } from "./harness/script/plans.js";
import { scanNow, restartsOf } from "./harness/script/restarts.js";
import { approve, updatesOf } from "./harness/script/updates.js";
import { whyNoWholeSystem, WholeSystem } from "./harness/whole-system.js";
import type { Running } from "./worlds/inside.js";
import { mappingCommand } from "./worlds/map-file.js";
import { named } from "./worlds/missing-parts.js";

/** A file of the package that an update replaces. */
const CODE = "/usr/share/toy-native/version";
const missing = whyNoWholeSystem("embedded database") ?? whyNoBrowser();

describe.skipIf(missing)(named("An update of code that a running program has loaded", missing), () => {
  const resources = new AsyncDisposableStack();
  let system: WholeSystem;
  let script: GraphqlScript;
  let page: Page;
  let program: Running;
  let agentId: string;
  let updateId: string;

  const stateOf = async () => {
    const all = await updatesOf(script, agentId, ["INSTALLED", "RESTART_NEEDED", "VERIFIED", "FAILED"]);
    return all.find(({ id }) => id === updateId)?.state;
  };

  beforeAll(async () => {
    system = resources.use(await WholeSystem.boot("embedded database", "debian-restart"));
    script = await system.scriptOfFirstAdmin();
    program = system.machine.root.start(mappingCommand(CODE, "toy-daemon", "signal"));
    await eventually(
      "A program that has loaded the code",
      async () => program.output(),
      (said) => said.includes("mapped"),
    );
    system.startAgent();
    agentId = (await freshAgent(script, "debian-restart")).id;
    ({ page } = resources.use(await openAdminPage(system.ready.url)));
  });
  afterAll(async () => {
    await resources.disposeAsync();
  });

  test("before it, nothing waits for a restart", async () => {
    expect(await restartsOf(script, agentId)).toEqual([]);
  });

  test("is installed, and the API and the page say that a restart is needed, and of what", async () => {
    const update = (await updatesOf(script, agentId)).find(({ name }) => name === "toy-native");
    if (!update) throw new Error("toy-native is not pending.");
    updateId = update.id;
    const plan = await planOf(script, [updateId]);
    expect(await approve(script, [updateId])).toEqual([]);
    const command = await endOf(script, await install(script, plan.id));
    expect(command).toMatchObject({ state: "SUCCEEDED" });
    await eventually(
      "The word of the scan after the install",
      stateOf,
      (state) => state === "RESTART_NEEDED",
    );
    expect(await restartsOf(script, agentId)).toEqual([
      {
        kind: "SERVICE",
        name: "toy-daemon",
        packages: ["toy-native"],
        reason: "toy-daemon runs code of toy-native from before the last update.",
      },
    ]);
    await page.goto(`${system.ready.url}/agents/${agentId}`);
    await page.getByText("toy-daemon runs code of toy-native").first().waitFor();
    await page.getByText("Restart needed", { exact: true }).filter({ visible: true }).first().waitFor();
  });

  test("is verified by the next scan once the program has ended, and not before", async () => {
    expect(await endOf(script, await scanNow(script, agentId))).toMatchObject({ state: "SUCCEEDED" });
    expect(await stateOf()).toBe("RESTART_NEEDED");
    program.kill("SIGTERM");
    await program.finished;
    expect(await endOf(script, await scanNow(script, agentId))).toMatchObject({ state: "SUCCEEDED" });
    await eventually("The proof", stateOf, (state) => state === "VERIFIED");
    expect(await restartsOf(script, agentId)).toEqual([]);
    await page.getByText("toy-daemon runs code of toy-native").first().waitFor({ state: "detached" });
  });
});
