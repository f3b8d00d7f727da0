import { expect, test } from "vitest";

import { scrollsSideways } from "../browser.js";
import { endHoldCommand } from "../double/play-agent.js";
import { addAgent, addUpdate, seedAdmin, seedFleet } from "../double/seed.js";
import type { World } from "../double/world.js";
import { describeInBrowser } from "./harness.js";

const NGINX = "upd_web-01_nginx";
const NOT_ROOT = "Holding packages needs root: run the agent as root.";

/** One update for each way in which it can be held. */
function seedHolds(world: World): void {
  seedAdmin(world);
  const agent = addAgent(world, "web-01");
  const by = { holdSetBy: "alice", holdSetAt: world.now(), holdReason: "Not before the audit." };
  addUpdate(world, agent, "marked", { heldBy: ["MACHINE_MARK"] });
  addUpdate(world, agent, "pinned", { heldBy: ["MACHINE_PIN"] });
  addUpdate(world, agent, "everywhere", { heldBy: ["REDFLAG", "MACHINE_MARK", "MACHINE_PIN"], ...by });
  const ask = (name: string) => {
    const command = world.addCommand({
      agentId: agent.id,
      type: "HOLD",
      source: "apt",
      requestedBy: "alice",
      planId: null,
    });
    addUpdate(world, agent, name, { heldBy: ["REDFLAG"], ...by, holdCommandId: command.id });
  };
  ask("waiting");
  ask("refused");
  endHoldCommand(world, "upd_web-01_refused", NOT_ROOT);
}

describeInBrowser("holds", (stage) => {
  test("a hold waits for the machine, then stands there, and a release takes both away", async () => {
    await using set = await stage({ seed: seedFleet, as: "op_alice" });
    const { page, world } = set;
    await page.goto("/updates?name=nginx");
    const choose = () => page.getByRole("checkbox", { name: "Select nginx" }).check();
    await choose();
    await page.getByRole("button", { name: "Hold" }).click();
    await page.getByLabel("Reason (optional)").fill("Wait for the load test");
    await page.getByRole("dialog").getByRole("button", { name: "Hold" }).click();
    await page.getByText("1 update held").waitFor();
    await page.getByText("Waiting", { exact: true }).waitFor();

    await page.getByRole("button", { name: "nginx:amd64" }).click();
    const panel = page.getByRole("dialog", { name: "nginx" });
    await panel.getByText("By RedFlag: Wait for the load test").waitFor();
    await panel.getByText("alice,").waitFor();
    await panel.getByText("Waiting for the agent to take it.").waitFor();
    await panel.getByRole("link", { name: "See the hold" }).click();
    await page.getByRole("heading", { name: "Hold on web-01" }).waitFor();
    endHoldCommand(world, NGINX);
    await page.getByText("Held", { exact: true }).waitFor();

    await page.goto("/updates?name=nginx");
    await page.getByText("Held", { exact: true }).waitFor();
    expect(await page.getByText("Waiting", { exact: true }).count()).toBe(0);
    await choose();
    await page.getByRole("button", { name: "Release" }).click();
    await page.getByText("1 update released").waitFor();
    await page.getByText("Waiting", { exact: true }).waitFor();
    endHoldCommand(world, NGINX);
    await page.getByText("Waiting", { exact: true }).waitFor({ state: "detached" });
    await page.getByText("Held", { exact: true }).waitFor({ state: "detached" });
    expect(world.updates.get(NGINX)?.heldBy).toEqual([]);
  });

  test("a machine that cannot follow is told, and the hold stays", async () => {
    await using set = await stage({ seed: seedHolds, as: "op_alice" });
    const { page } = set;
    await page.goto("/updates?name=refused");
    await page.getByText("Not enforced", { exact: true }).waitFor();
    await page.getByRole("button", { name: "refused:amd64" }).click();
    const panel = page.getByRole("dialog", { name: "refused" });
    await panel.getByText("The machine itself does not enforce it").waitFor();
    expect(await panel.getByRole("note").last().innerText()).toContain(NOT_ROOT);
  });

  test("a pin cannot be released here, and the page says where", async () => {
    await using set = await stage({ seed: seedHolds, as: "op_alice" });
    const { page } = set;
    await page.goto("/updates?name=pinned");
    await page.getByRole("checkbox", { name: "Select pinned" }).check();
    await page.getByRole("button", { name: "Release" }).click();
    const dialog = page.getByRole("dialog", { name: "0 released, 1 refused" });
    expect(await dialog.innerText()).toContain("Change it there.");
  });

  for (const scheme of ["light", "dark"] as const) {
    for (const width of [1440, 390]) {
      test(`every way of being held is legible at ${width} px, ${scheme}`, async () => {
        await using set = await stage({
          seed: seedHolds,
          as: "op_alice",
          colorScheme: scheme,
          viewport: { width, height: 900 },
        });
        const { page } = set;
        await page.goto("/updates");
        await page.getByText("5 of 5 updates loaded").waitFor();
        expect(await scrollsSideways(page)).toBe(false);
        await page.getByRole("button", { name: "everywhere:amd64" }).click();
        const panel = page.getByRole("dialog", { name: "everywhere" });
        await panel.getByText("By a pin in the machine's configuration").waitFor();
        await panel.getByText("Not before the audit.").waitFor();
        expect(await scrollsSideways(page)).toBe(false);
      });
    }
  }
});
