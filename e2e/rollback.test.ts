import { mkdir } from "node:fs/promises";
import path from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { openAdminPage } from "./harness/admin-page.js";
import { whyNoBrowser } from "./harness/browser.js";
import { eventually } from "./harness/eventually.js";
import type { GraphqlScript } from "./harness/graphql-script.js";
import { freshAgent } from "./harness/script/agents.js";
import { endOf } from "./harness/script/commands.js";
import { rollBack } from "./harness/script/rollbacks.js";
import { install, planOf } from "./harness/script/plans.js";
import { approve, updatesOf } from "./harness/script/updates.js";
import { DATABASES, whyNoWholeSystem, WholeSystem } from "./harness/whole-system.js";
import { named } from "./worlds/missing-parts.js";

/** When set, the pages are photographed into this folder. */
const PICTURES = process.env["REDFLAG_E2E_PICTURES"];

describe.each(DATABASES)("Rolling back, on the %s", (database) => {
  const missing = whyNoWholeSystem(database) ?? whyNoBrowser();

  describe.skipIf(missing)(named("on a real Debian machine", missing), () => {
    const resources = new AsyncDisposableStack();
    let system: WholeSystem;
    let script: GraphqlScript;
    let page: Page;
    let agent: string;
    let before: readonly string[];
    let installId: string;

    /** What the open updates say of the machine, whatever was decided about them. */
    const inventory = async (): Promise<string[]> => {
      const updates = await updatesOf(script, agent);
      return updates
        .map((one) => `${one.name} ${one.installedVersion} ${one.candidateVersion} ${one.isHeld}`)
        .toSorted();
    };

    const appOf = async (states?: readonly string[]) =>
      (await updatesOf(script, agent, states)).find(({ name }) => name === "toy-app");

    const installApp = async (): Promise<string> => {
      const app = await appOf();
      if (!app) throw new Error("toy-app is not pending.");
      const plan = await planOf(script, [app.id]);
      expect(plan).toMatchObject({ state: "READY", reversibility: { level: "REVERSIBLE" } });
      expect(await approve(script, [app.id])).toEqual([]);
      const id = await install(script, plan.id);
      expect(await endOf(script, id)).toMatchObject({ state: "SUCCEEDED", failure: null });
      await eventually("The proof of the install", () => appOf(["VERIFIED"]), Boolean);
      return id;
    };

    const photograph = async (name: string): Promise<void> => {
      if (!PICTURES) return;
      await mkdir(PICTURES, { recursive: true });
      await page.screenshot({ path: path.join(PICTURES, `${name}.png`) });
    };

    beforeAll(async () => {
      system = resources.use(await WholeSystem.boot(database, "debian-back"));
      script = await system.scriptOfFirstAdmin();
      system.startAgent();
      agent = (await freshAgent(script, "debian-back")).id;
      before = await inventory();
      ({ page } = resources.use(await openAdminPage(system.ready.url)));
    });

    afterAll(async () => {
      await resources.disposeAsync();
    });

    test("a click takes back what was installed, package by package, and the page follows it", async () => {
      installId = await installApp();
      expect(await system.machine.installedVersion("toy-app")).toBe("1.2");
      await page.goto(`${system.ready.url}/commands/${installId}`);
      await page.getByRole("button", { name: "Roll back" }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByText("1.2 → 1.0").waitFor();
      await photograph("roll-back-dialog");
      await dialog.getByRole("button", { name: "Roll back" }).click();
      await page.getByRole("heading", { name: "Rollback on debian-back" }).waitFor();
      await page.getByText("The versions before are installed again").waitFor();
      await photograph("rolled-back");
      expect(await system.machine.installedVersion("toy-app")).toBe("1.0");
    });

    test("the next scan is as it was before, proves it, and leaves the update rolled back", async () => {
      const app = await eventually(
        "The proof of the rollback",
        () => appOf(["ROLLED_BACK"]),
        (found) => found !== undefined && found.verifiedAt !== null,
      );
      expect(app).toMatchObject({ installedVersion: "1.0", candidateVersion: "1.2" });
      expect(await inventory()).toEqual(before);
      await page.getByRole("link", { name: "The install" }).click();
      await page.getByText("This install was rolled back").waitFor();
    });

    test("it can be approved and installed again, and taken back by a script", async () => {
      const again = await installApp();
      const command = await endOf(script, await rollBack(script, again));
      expect(command).toMatchObject({ state: "SUCCEEDED", failure: null });
      expect(command.items.find(({ name }) => name === "toy-app")).toMatchObject({
        outcome: "SUCCEEDED",
        fromVersion: "1.2",
        toVersion: "1.0",
      });
      await expect(rollBack(script, installId)).rejects.toThrow("rolled back already");
      await eventually("The scan afterwards", inventory, (now) => now.join() === before.join());
      expect(await system.machine.installedVersion("toy-app")).toBe("1.0");
    });
  });
});
