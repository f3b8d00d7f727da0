import { expect, test } from "vitest";

import { beginInstall, finishInstall, resolvePlan } from "../double/play-agent.js";
import { seedFleet } from "../double/seed.js";
import { describeInBrowser } from "./harness.js";

const HOSTILE = '<img src=x onerror="document.title=1">\u202etxt.exe';

describeInBrowser("what a plan tells", (stage) => {
  test("what goes back to an older version is loud, what stays is named, and restarts have their reasons", async () => {
    await using set = await stage({ seed: seedFleet, as: "op_alice" });
    const { page, world } = set;
    await page.goto("/updates?name=nginx");
    await page.getByText("Kept back").waitFor();
    await page.getByRole("checkbox", { name: "Select nginx" }).check();
    await page.getByRole("button", { name: "Preview plan" }).click();
    await page.getByText("Waiting for the agent to take it.").waitFor();
    const [planId = ""] = world.plans.keys();
    const back = {
      name: "libgd3",
      architecture: "amd64",
      fromVersion: "2.3.3-9",
      toVersion: "2.3.1-1",
      isDowngrade: true,
      origin: null,
      downloadBytes: null,
    };
    const kept = {
      name: "nginx-doc",
      architecture: null,
      installedVersion: "1",
      candidateVersion: "2",
      reason: HOSTILE,
    };
    const causes = Array.from({ length: 7 }, (_, index) => `cause ${index + 1}`);
    resolvePlan(world, planId, { alsoInstalls: [back], alsoKept: [kept], restartReasons: causes });

    await page.getByText("The machine's own upgrade would leave out 1 update").waitFor();
    await page.getByText("nginx: A plain upgrade leaves it out, because it installs libgeoip1.").waitFor();
    await page.getByText("This takes 1 package back to an older version").waitFor();
    await page.getByText("libgd3 2.3.3-9 → 2.3.1-1", { exact: true }).waitFor();
    await page.getByRole("list", { name: "Also installs" }).getByText("goes back").waitFor();
    const stays = page.getByRole("list", { name: "Stays as it is" });
    await stays.getByText("1 stays, 2 is there").waitFor();
    expect(await stays.innerText()).toContain("<img src=x");
    expect(await stays.locator("img").count()).toBe(0);
    await page.getByText("cause 5", { exact: true }).waitFor();
    expect(await page.getByText("cause 7").isVisible()).toBe(false);
    await page.getByText("2 more").click();
    await page.getByText("cause 7").waitFor();

    await page.getByRole("button", { name: "Approve and install" }).click();
    await page.waitForURL("**/commands/cmd_*");
    const commandId = world.plans.get(planId)?.installCommandId ?? "";
    beginInstall(world, commandId);
    finishInstall(world, commandId);
    await page.getByText("nginx.service still runs old code.").waitFor();
  });

  test("what a scan remarked stands on the agent's page with its kind and its package", async () => {
    await using set = await stage({
      seed: (world) => {
        seedFleet(world);
        const [known] = world.agents.get("agent_web-01")?.coverage ?? [];
        known?.warnings.push({ code: "KEPT_BACK", key: HOSTILE, message: HOSTILE });
      },
      as: "op_alice",
    });
    const { page } = set;
    await page.goto("/agents/agent_web-01");
    const remarks = page.getByRole("list", { name: "Remarks" });
    await remarks.getByText("apt, tzdata").waitFor();
    await remarks.getByText("PHASED").waitFor();
    await remarks.getByText("INDEX_OLD").waitFor();
    expect(await remarks.innerText()).toContain("<img src=x");
    expect(await remarks.locator("img").count()).toBe(0);
    await page.goto("/agents/agent_db-01");
    await page.getByRole("heading", { level: 1, name: "db-01" }).waitFor();
    expect(await page.getByText("Remarks of the latest scan").count()).toBe(0);
  });
});
