import type { Page } from "playwright-core";
import { expect, test } from "vitest";

import { addAgent, addUpdate, coverage, seedAdmin } from "../double/seed.js";
import type { World } from "../double/world.js";
import { describeInBrowser } from "./harness.js";

const EVIL = `<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>`;

/** Everything that a machine or a package can say, said by an attacker. */
function seedEvil(world: World): string {
  seedAdmin(world);
  const agent = addAgent(world, "evil", {
    name: `agent ${EVIL}`,
    hostname: `host ${EVIL}`,
    osName: `system ${EVIL}`,
    canInstall: false,
    cannotInstallReason: `reason ${EVIL}`,
    coverage: [{ ...coverage("FAILED", 5, `failure ${EVIL}`), source: `apt ${EVIL}` }],
  });
  addUpdate(world, agent, "package", {
    name: `package ${EVIL}`,
    candidateVersion: `2 ${EVIL}`,
    origin: `origin ${EVIL}`,
    advisories: [`advisory ${EVIL}`],
    releaseNotesUrl: `javascript:window.hacked=1//${EVIL}`,
    details: { description: `description ${EVIL}` },
    heldBy: ["REDFLAG"],
    holdReason: `hold ${EVIL}`,
  });
  const command = world.addCommand({
    agentId: agent.id,
    type: "SCAN",
    source: `apt ${EVIL}`,
    requestedBy: `person ${EVIL}`,
    planId: null,
  });
  world.changeCommand(command.id, { state: "FAILED", failure: { code: "BAD", message: `message ${EVIL}` } }, [
    `output ${EVIL}`,
    "\u001b[31mred\u001b[0m",
  ]);
  world.record("scan.recorded", `summary ${EVIL}`, { kind: "AGENT", name: EVIL }, agent.id);
  return command.id;
}

const isHacked = (page: Page) => page.evaluate(() => "hacked" in window || document.images.length > 0);

describeInBrowser("hostile text", (stage) => {
  test("names, descriptions, logs and host names stay text everywhere (G28)", async () => {
    let commandId = "";
    await using set = await stage({ seed: (world) => void (commandId = seedEvil(world)), as: "op_alice" });
    const { page } = set;
    const places: readonly (readonly [string, string])[] = [
      ["/agents", "agent <img"],
      ["/agents/agent_evil", "failure <img"],
      ["/updates", "package <img"],
      ["/commands", "message <img"],
      [`/commands/${commandId}`, "output <img"],
      ["/history", "summary <img"],
    ];
    for (const [address, shown] of places) {
      await page.goto(address);
      await page.getByText(shown).first().waitFor();
      expect(await isHacked(page), address).toBe(false);
    }
    await page.goto("/updates");
    await page.getByRole("button", { name: "package <img" }).click();
    await page.getByText("advisory <img").waitFor();
    await page.getByText("javascript:window.hacked=1").waitFor();
    expect(await page.locator('a[href^="javascript"]').count()).toBe(0);
    await page.getByText("More from the source").click();
    await page.getByText("description <img").waitFor();
    expect(await isHacked(page)).toBe(false);
    expect(await page.title()).toBe("Updates · RedFlag");
  });
});
