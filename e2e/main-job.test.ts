import { mkdir } from "node:fs/promises";
import path from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { openBrowser, whyNoBrowser } from "./harness/browser.js";
import { ADMIN } from "./harness/first-admin.js";
import { DATABASES, whyNoWholeSystem, WholeSystem } from "./harness/whole-system.js";
import { named } from "./worlds/missing-parts.js";

/** When set, the pages are photographed into this folder. */
const PICTURES = process.env["REDFLAG_E2E_PICTURES"];

describe.each(DATABASES)("The main job in a browser, on the %s", (database) => {
  const missing = whyNoWholeSystem(database) ?? whyNoBrowser();

  describe.skipIf(missing)(named("from bare start to proved installed", missing), () => {
    const resources = new AsyncDisposableStack();
    let system: WholeSystem;
    let page: Page;

    const row = (name: string) => page.getByText(new RegExp(`^${name}(:all)?$`)).first();

    const photograph = async (name: string): Promise<void> => {
      if (!PICTURES) return;
      await mkdir(PICTURES, { recursive: true });
      await page.screenshot({ path: path.join(PICTURES, `${name}.png`) });
    };

    beforeAll(async () => {
      system = resources.use(await WholeSystem.boot(database, "debian-browser"));
      const browser = resources.use(await openBrowser());
      page = await browser.context.newPage();
    });

    afterAll(async () => {
      await resources.disposeAsync();
    });

    test("the first admin is made with the printed code, which leaves the address", async () => {
      await page.goto(`${system.ready.url}/setup#code=${system.ready.setupCode}`);
      await page.getByLabel("Name").fill(ADMIN.name);
      await page.getByLabel("Password").fill(ADMIN.password);
      expect(page.url()).not.toContain("code=");
      await page.getByRole("button", { name: "Make the admin and log in" }).click();
      await page.getByRole("heading", { name: "Agents", exact: true }).waitFor();
    });

    test("the machine appears by itself with its updates once its agent runs", async () => {
      system.startAgent();
      const agent = page.getByRole("link", { name: "debian-browser" });
      await agent.waitFor();
      await agent.click();
      await page.getByRole("heading", { name: "debian-browser" }).waitFor();
      await row("toy-slow").waitFor();
      expect(await page.getByRole("main").innerText()).toContain("apt fresh");
      await photograph("agent");
    });

    test("the exact plan of one update is shown", async () => {
      await page.getByRole("link", { name: "Updates", exact: true }).click();
      await page.getByRole("checkbox", { name: /Select toy-slow/ }).click();
      await photograph("updates");
      await page.getByRole("button", { name: "Preview plan" }).click();
      await page.getByRole("heading", { name: "Plan preview" }).waitFor();
      await page.getByRole("button", { name: "Approve and install" }).waitFor();
      await page.getByText("1 update on 1 machine").waitFor();
      const preview = await page.getByRole("main").innerText();
      expect(preview).toMatch(/toy-slow[\s\S]*1\.0[\s\S]*2\.0/);
      await photograph("plan");
    });

    test("it is approved, watched line by line and seen proved installed", async () => {
      await page.getByRole("button", { name: "Approve and install" }).click();
      const clickedAt = performance.now();
      await page.waitForURL(/\/commands\/cmd_/);
      await page.getByText("Running", { exact: true }).first().waitFor();
      const startedMs = performance.now() - clickedAt;
      process.stdout.write(`Click to start on the ${database}: ${startedMs.toFixed(0)} ms\n`);

      await page.getByText("toy-slow: 1 of 3").waitFor();
      expect(await page.getByText("toy-slow: 3 of 3").count()).toBe(0);
      await photograph("run");
      await page.getByText("toy-slow: 3 of 3").waitFor();
      await page.getByText("Proved installed: 1 update").waitFor();
      await photograph("proved");
      expect(await system.machine.installedVersion("toy-slow")).toBe("2.0");
    });

    test("the update is gone from the open ones and stands in the history", async () => {
      await page.getByRole("link", { name: "Updates", exact: true }).click();
      await row("toy-app").waitFor();
      await row("toy-slow").waitFor({ state: "detached" });
      await page.getByRole("link", { name: "History", exact: true }).click();
      await page.getByRole("main").getByText(ADMIN.name).first().waitFor();
      expect(await page.getByRole("main").innerText()).toContain("Approved toy-slow 2.0");
      await photograph("history");
    });
  });
});
