import { expect, test } from "vitest";

import { addUpdate, seedFleet } from "../double/seed.js";
import type { World } from "../double/world.js";
import { describeInBrowser } from "./harness.js";

/** A library that is installed while the database server still runs the old one. */
function seedRestart(world: World): void {
  seedFleet(world);
  const agent = world.agents.get("agent_db-01");
  if (!agent) throw new Error("The fleet has no db-01.");
  addUpdate(world, agent, "libssl3", {
    architecture: "amd64",
    installedVersion: "3.0.14-1~deb12u2",
    candidateVersion: "3.0.15-1~deb12u1",
    state: "RESTART_NEEDED",
  });
}

describeInBrowser("what waits for a restart", (stage) => {
  test("is counted, told with its cause on the machine and the update, and gone when it has restarted", async () => {
    await using set = await stage({ seed: seedRestart, as: "op_alice" });
    const { page, world } = set;
    await page.goto("/agents");
    await page.getByText("1 waits for a restart").filter({ visible: true }).first().waitFor();
    await page.goto("/agents/agent_db-01");
    const list = page.getByRole("list", { name: "Waits for a restart" });
    await list.getByText("postgresql@15-main.service").waitFor();
    expect(await list.getByRole("listitem").count()).toBe(3);
    expect(await list.innerText()).toContain("6.1.0-31-amd64 is installed");
    await page.getByText("Restart needed", { exact: true }).filter({ visible: true }).first().waitFor();
    await page
      .getByRole("button", { name: /libssl3/ })
      .filter({ visible: true })
      .first()
      .click();
    const causes = page.getByRole("list", { name: "What must restart" });
    await causes.waitFor();
    expect(await causes.getByRole("listitem").allInnerTexts()).toEqual([
      "postgresql@15-main.service: postgres runs code of libc6, libssl3 from before the last update.",
    ]);
    await page.keyboard.press("Escape");
    const agent = world.agents.get("agent_db-01");
    if (agent) agent.pendingRestarts = [];
    world.changeUpdates(["upd_db-01_libssl3"], { state: "VERIFIED", verifiedAt: world.now() });
    world.emit({ topic: "scan", agentId: "agent_db-01" });
    await list.waitFor({ state: "detached" });
  });
});
