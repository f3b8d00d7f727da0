import { expect, test } from "vitest";

import { scrollsSideways } from "../browser.js";
import { resolvePlan } from "../double/play-agent.js";
import { addAgent, addUpdate, seedAdmin, seedFleet, seedMany } from "../double/seed.js";
import type { World } from "../double/world.js";
import { describeInBrowser } from "./harness.js";

function seedLong(world: World): void {
  seedAdmin(world);
  seedMany(world, addAgent(world, "web-01"), 450);
}

describeInBrowser("long lists", (stage) => {
  test("pages load while scrolling, few rows are in the document, and all loaded can be selected", async () => {
    await using set = await stage({ seed: seedLong, as: "op_alice" });
    const { page, world } = set;
    await page.goto("/updates");
    await page.getByText("100 of 450 updates loaded").waitFor();
    expect(await page.getByRole("row").count()).toBeLessThan(60);
    const box = page.getByRole("table", { name: "Updates" });
    expect(await box.getAttribute("aria-rowcount")).toBe("451");
    for (const loaded of [200, 300, 400, 450]) {
      await page.keyboard.press("End");
      await page.getByText(`${loaded} of 450 updates loaded`).waitFor();
    }
    await page.keyboard.press("End");
    await page.getByText("package-0450").waitFor();
    await page.keyboard.press("Home");
    await page.getByRole("checkbox", { name: "Select all loaded rows" }).check();
    await page.getByText("450 selected").waitFor();
    await page.getByRole("button", { name: "Approve" }).click();
    await page.getByText("450 updates approved").waitFor();
    const sizes = world.calls
      .filter(({ field }) => field === "approveUpdates")
      .map(({ input }) => (input["ids"] as []).length);
    expect(sizes).toEqual([200, 200, 50]);
  });

  test("shift selects a range, by mouse and by keyboard", async () => {
    await using set = await stage({ seed: seedLong, as: "op_alice" });
    const { page } = set;
    await page.goto("/updates");
    const box = (number: string) => page.getByRole("checkbox", { name: `Select package-${number}` });
    await box("0002").click();
    await box("0006").click({ modifiers: ["Shift"] });
    await page.getByText("5 selected").waitFor();
    await box("0008").focus();
    await page.keyboard.press("Shift+Space");
    await page.getByText("7 selected").waitFor();
    await page.getByRole("button", { name: "Clear the selection" }).click();
    expect(await page.getByText("selected").count()).toBe(0);
  });

  test("any of very many agents is found by a part of its name", async () => {
    const seed = (world: World) => {
      seedAdmin(world);
      for (let number = 1; number <= 300; number += 1) {
        const agent = addAgent(world, `machine-${String(number).padStart(3, "0")}`);
        if (number > 298) seedMany(world, agent, number - 298);
      }
    };
    for (const width of [1440, 390]) {
      await using set = await stage({ seed, as: "op_alice", viewport: { width, height: 900 } });
      const { page } = set;
      await page.goto("/updates");
      await page.getByText("3 of 3 updates loaded").waitFor();
      await page.getByRole("button", { name: "Agent: All agents" }).click();
      await page.getByText("250 more. Type a part of the name.").waitFor();
      await page.getByRole("searchbox", { name: "Part of the agent's name" }).fill("-30");
      const agents = page.getByRole("list", { name: "Agents" });
      await agents.getByText("machine-300").waitFor();
      expect(await scrollsSideways(page)).toBe(false);
      if (process.env["REDFLAG_SCREENSHOTS"])
        await page.screenshot({ path: `${process.env["REDFLAG_SCREENSHOTS"]}/agent-filter-${width}.png` });
      await page.keyboard.press("Tab");
      await page.keyboard.press("Tab");
      await page.keyboard.press("Enter");
      await page.getByText("2 of 2 updates loaded").waitFor();
      expect(page.url()).toContain("agent=agent_machine-300");
      await page.reload();
      await page.getByRole("button", { name: "Agent: machine-300" }).click();
      await agents.getByRole("button", { name: "All agents" }).click();
      await page.getByText("3 of 3 updates loaded").waitFor();
    }
  });

  test("the filter lives in the address and survives a reload", async () => {
    await using set = await stage({ seed: seedFleet, as: "op_alice" });
    const { page } = set;
    await page.goto("/updates");
    await page.getByRole("button", { name: "Severity" }).click();
    await page.getByRole("menuitemcheckbox", { name: "High" }).click();
    await page.getByRole("menuitemcheckbox", { name: "Critical" }).click();
    await page.keyboard.press("Escape");
    await page.getByText("3 of 3 updates loaded").waitFor();
    await page.getByRole("button", { name: "Agent: All agents" }).click();
    await page.getByRole("list", { name: "Agents" }).getByRole("button", { name: "web-01" }).click();
    await page.getByRole("button", { name: "Agent: web-01" }).waitFor();
    await page.getByLabel("Package name").fill("lib");
    await page.getByText("1 of 1 update loaded").waitFor();
    const address = new URL(page.url());
    expect(Object.fromEntries(address.searchParams)).toEqual({
      severity: "HIGH,CRITICAL",
      agent: "agent_web-01",
      name: "lib",
    });
    await page.reload();
    await page.getByText("1 of 1 update loaded").waitFor();
    expect(await page.getByLabel("Package name").inputValue()).toBe("lib");
    await page.getByRole("button", { name: "Clear", exact: true }).click();
    await page.getByText("8 of 8 updates loaded").waitFor();
  });

  test("plans of many machines are all there, and left out ones are said", async () => {
    const wide = (world: World) => {
      seedAdmin(world);
      for (let index = 1; index <= 210; index += 1)
        addUpdate(world, addAgent(world, `host-${index}`), "curl");
    };
    await using set = await stage({ seed: wide, as: "op_alice" });
    const { page, world } = set;
    await page.goto("/updates");
    for (const loaded of [100, 200, 210]) {
      await page.getByText(`${loaded} of 210 updates loaded`).waitFor();
      await page.keyboard.press("End");
    }
    await page.getByRole("checkbox", { name: "Select all loaded rows" }).check();
    await page.getByRole("button", { name: "Preview plan" }).click();
    await page.getByText("Only the first 200 of 210 plans are shown").waitFor();
    expect(await page.getByText("The agent is working out exactly what would change.").count()).toBe(200);
    for (const id of world.plans.keys()) resolvePlan(world, id);
    await page.getByText("200 updates on 200 machines").waitFor();
    await page.getByRole("button", { name: "Approve and install" }).click();
    await page.getByRole("heading", { name: "Started together" }).waitFor();
    expect(world.calls.filter(({ field }) => field === "installPlans")).toHaveLength(1);
  });

  test("nothing known is never shown as up to date", async () => {
    await using set = await stage({ seed: seedFleet, as: "op_alice" });
    const { page } = set;
    await page.goto("/agents");
    await page.getByText("3 agents unknown").waitFor();
    const row = (name: string) => page.getByRole("row").filter({ hasText: name });
    expect(await row("backup-01").innerText()).toContain("Up to date");
    for (const name of ["mail-01", "new-host", "build-01"]) {
      expect(await row(name).innerText()).not.toContain("Up to date");
    }
    expect(await row("mail-01").innerText()).toContain("may be more");
    expect(await row("mail-01").innerText()).toContain("No updates known");
    await page.getByRole("link", { name: "mail-01" }).click();
    await page.getByText("That is not the same as up to date").waitFor();
    await page.getByText("OFFLINE: deb.debian.org could not be reached.").waitFor();
  });

  test("an agent that was never heard of, and one that is retired, say so before anything else", async () => {
    await using set = await stage({ seed: seedFleet, as: "op_alice" });
    const { page, world } = set;
    await page.goto("/agents/agent_new-host");
    await page.getByText("This agent has not been heard of yet").waitFor();
    Object.assign(world.agents.get("agent_db-01") ?? {}, { state: "RETIRED", retiredAt: world.now() });
    await page.goto("/agents/agent_db-01");
    await page.getByText("This agent is retired").waitFor();
    expect(await page.getByText("may be more").count()).toBe(0);
    for (const name of ["Scan now", "Scan apt now", "Retire"]) {
      const button = page.getByRole("button", { name, exact: true });
      expect(await button.getAttribute("aria-disabled"), name).toBe("true");
    }
  });

  test("an agent is scanned, renamed and retired", async () => {
    await using set = await stage({ seed: seedFleet, as: "op_alice" });
    const { page, world } = set;
    await page.goto("/agents/agent_build-01");
    await page.getByText("Installing needs root; the agent runs as the user build.").waitFor();
    await page.getByRole("button", { name: "Scan apt now" }).click();
    await page.getByText("1 scan asked of build-01").waitFor();
    await page.getByRole("tab", { name: "Commands" }).click();
    await page.getByText("The agent has been offline for 3 hours.").waitFor();
    await page.getByRole("button", { name: "Rename" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Rename" }).click();
    await page.getByRole("dialog").waitFor({ state: "detached" });
    expect(world.calls.filter(({ field }) => field === "renameAgent")).toEqual([]);
    await page.getByRole("button", { name: "Rename" }).click();
    await page.getByRole("textbox", { name: "Name" }).fill("builder");
    await page.getByRole("dialog").getByRole("button", { name: "Rename" }).click();
    await page.getByRole("heading", { name: "builder", exact: true }).waitFor();
    await page.getByRole("button", { name: "Retire" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Retire" }).click();
    await page.getByText("Retired", { exact: true }).first().waitFor();
    await expect
      .poll(() => world.agents.get("agent_build-01"), { timeout: 10_000 })
      .toMatchObject({ name: "builder", state: "RETIRED", version: 3 });
  });
});
