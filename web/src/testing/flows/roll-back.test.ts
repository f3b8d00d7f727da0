import { expect, test } from "vitest";

import { scrollsSideways } from "../browser.js";
import { beginInstall, finishInstall, finishRollback, resolvePlan } from "../double/play-agent.js";
import type { PlanRecord } from "../double/records.js";
import { seedFleet } from "../double/seed.js";
import type { World } from "../double/world.js";
import { workMutations } from "../double/mutations.js";
import { describeInBrowser } from "./harness.js";

const INSTALL = "cmd_install";

/** An install of nginx that has ended, with what its plan said of the way back. */
function seedInstalled(world: World, reversibility: PlanRecord["reversibility"]): void {
  seedFleet(world);
  const ids = ["upd_web-01_nginx"];
  const work = workMutations(world, () => "alice");
  work.planUpdates({ input: { ids } });
  const plan = [...world.plans.values()].at(-1);
  if (!plan) throw new Error("Nothing was planned.");
  resolvePlan(world, plan.id, { reversibility });
  work.approveUpdates({ input: { ids } });
  work.installPlans({ input: { ids: [plan.id] } });
  const made = world.commands.get(plan.installCommandId ?? "");
  if (!made) throw new Error("Nothing was installed.");
  world.commands.delete(made.id);
  world.commands.set(INSTALL, { ...made, id: INSTALL });
  plan.installCommandId = INSTALL;
  beginInstall(world, INSTALL);
  finishInstall(world, INSTALL);
}

/** An install of nginx that somebody at the machine made without the server. */
function seedLocal(world: World): void {
  seedFleet(world);
  const id = "upd_web-01_nginx";
  const { name, architecture, installedVersion, candidateVersion } = world.updates.get(id)!;
  world.changeUpdates([id], { state: "INSTALLED" });
  const part = { agentId: "agent_web-01", type: "INSTALL", source: "apt", planId: null } as const;
  const made = world.addCommand({ ...part, requestedBy: "root at the machine", updateIds: [id] });
  world.commands.delete(made.id);
  const now = world.now();
  const item = { name, architecture, outcome: "SUCCEEDED", message: null } as const;
  const versions = { fromVersion: installedVersion, toVersion: candidateVersion };
  // Two versions of one package at once, as of a kernel.
  const beside = { fromVersion: null, toVersion: "6.1.0-25" };
  world.commands.set(INSTALL, {
    ...made,
    id: INSTALL,
    isLocal: true,
    state: "SUCCEEDED",
    startedAt: now,
    finishedAt: now,
    waitingReason: null,
    reversibility: { level: "PARTLY", reasons: ["nginx: its configuration stays as it is now."] },
    items: [
      { ...item, ...versions },
      { ...item, ...beside, name: "kernel" },
      { ...item, ...beside, name: "kernel", toVersion: "6.1.0-26" },
    ],
  });
}

describeInBrowser("rolling back", (stage) => {
  test("says what goes back to which version, follows the rollback, and shows both sides afterwards", async () => {
    const seed = (world: World) => seedInstalled(world, { level: "REVERSIBLE", reasons: [] });
    await using set = await stage({ seed, as: "op_alice" });
    const { page, world } = set;
    await page.goto(`/commands/${INSTALL}`);
    await page.getByRole("button", { name: "Roll back" }).click();
    const dialog = page.getByRole("dialog", { name: "Roll back 1 package on web-01?" });
    const { installedVersion, candidateVersion } = world.updates.get("upd_web-01_nginx")!;
    await dialog.getByText(`${candidateVersion} → ${installedVersion}`).waitFor();
    await dialog.getByText("exactly the version before").waitFor();
    await dialog.getByRole("button", { name: "Roll back" }).click();
    await page.getByRole("heading", { name: "Rollback on web-01" }).waitFor();
    const call = world.calls.find(({ field }) => field === "rollBackCommands")?.input;
    expect(call).toMatchObject({
      ids: [INSTALL],
      acceptPartly: false,
      idempotencyKey: expect.any(String),
    });
    await page.getByText("Waiting for the agent to take it.").waitFor();
    await page.getByRole("list", { name: "Packages" }).getByText(`${candidateVersion} →`).waitFor();
    const id = [...world.commands.keys()].at(-1)!;
    const now = world.now();
    world.changeCommand(
      id,
      { state: "RUNNING", claimedAt: now, startedAt: now, attempt: 1, waitingReason: null },
      ["Unpacking the version before"],
    );
    await page.getByText("Unpacking the version before").waitFor();
    finishRollback(world, id);
    await page.getByText("The versions before are installed again").waitFor();
    await page.getByText("Rolled back", { exact: true }).first().waitFor();
    await page.getByText("The next complete scan proves it.").waitFor();
    world.changeUpdates(["upd_web-01_nginx"], { verifiedAt: world.now() });
    world.emit({ topic: "scan", agentId: "agent_web-01" });
    await page.getByText(/Verified by a scan at .+ offered again as rolled back/).waitFor();
    await page.getByRole("link", { name: "The install" }).click();
    await page.getByText("This install was rolled back").waitFor();
    expect(await page.getByText("not yet proved").count()).toBe(0);
    const again = page.getByRole("button", { name: "Roll back" });
    expect(await again.getAttribute("aria-disabled")).toBe("true");
    await page.goto("/updates?name=nginx");
    await page.getByText("Rolled back", { exact: true }).filter({ visible: true }).first().waitFor();
  });

  test("what goes back only in part says why, and begins only when that is accepted", async () => {
    const reasons = ["nginx: its configuration stays as it is now."];
    const seed = (world: World) => seedInstalled(world, { level: "PARTLY", reasons });
    for (const colorScheme of ["light", "dark"] as const) {
      for (const width of [1440, 390]) {
        await using set = await stage({
          seed,
          as: "op_alice",
          colorScheme,
          viewport: { width, height: 900 },
        });
        const { page, world } = set;
        await page.goto(`/commands/${INSTALL}`);
        await page.getByRole("button", { name: "Roll back" }).click();
        const dialog = page.getByRole("dialog", { name: /Roll back 1 package/ });
        await dialog.getByText("This can be rolled back only in part").waitFor();
        await dialog.getByText(reasons[0]!).waitFor();
        const confirm = dialog.getByRole("button", { name: "Roll back" });
        expect(await confirm.getAttribute("aria-disabled")).toBe("true");
        expect(await scrollsSideways(page)).toBe(false);
        if (process.env["REDFLAG_SCREENSHOTS"])
          await page.screenshot({
            path: `${process.env["REDFLAG_SCREENSHOTS"]}/roll-back-${colorScheme}-${width}.png`,
          });
        await dialog.getByLabel("I accept that not everything may go back").check();
        await confirm.click();
        await page.getByRole("heading", { name: "Rollback on web-01" }).waitFor();
        const call = world.calls.find(({ field }) => field === "rollBackCommands")?.input;
        expect(call).toMatchObject({ ids: [INSTALL], acceptPartly: true });
      }
    }
  });

  test("what cannot go back says so before it is approved and after it was installed", async () => {
    const reasons = ["The version before is neither kept nor offered."];
    const seed = (world: World) => seedInstalled(world, { level: "NOT", reasons });
    await using set = await stage({ seed, as: "op_alice" });
    const { page, world } = set;
    const [plan] = world.plans.keys();
    await page.goto(`/plans?ids=${plan}`);
    await page.getByText("This cannot be rolled back").waitFor();
    await page.getByText(reasons[0]!).waitFor();
    await page.goto(`/commands/${INSTALL}`);
    const button = page.getByRole("button", { name: "Roll back" });
    expect(await button.getAttribute("aria-disabled")).toBe("true");
  });

  test("what was done at the machine says so, is proved by a scan, and goes back as far as its own plan said", async () => {
    for (const colorScheme of ["light", "dark"] as const) {
      for (const width of [1440, 390]) {
        const viewport = { width, height: 900 };
        await using set = await stage({ seed: seedLocal, as: "op_alice", colorScheme, viewport });
        const { page, world } = set;
        await page.goto(`/commands/${INSTALL}`);
        await page.getByText("Done at the machine, without this server").waitFor();
        await page.getByText("started by root at the machine").waitFor();
        expect(await page.getByText("Taken by the agent").count()).toBe(0);
        const kernels = page.getByRole("list", { name: "Packages" }).getByText("kernel");
        expect(await kernels.count()).toBe(2);
        await page.getByText("Installed, not yet proved").waitFor();
        expect(await scrollsSideways(page)).toBe(false);
        if (process.env["REDFLAG_SCREENSHOTS"])
          await page.screenshot({
            path: `${process.env["REDFLAG_SCREENSHOTS"]}/local-${colorScheme}-${width}.png`,
          });
        world.changeUpdates(["upd_web-01_nginx"], { state: "VERIFIED", verifiedAt: world.now() });
        world.emit({ topic: "scan", agentId: "agent_web-01" });
        await page.getByText("Proved installed: 1 update").waitFor();
        await page.getByRole("button", { name: "Roll back" }).click();
        const dialog = page.getByRole("dialog", { name: "Roll back 3 packages on web-01?" });
        await dialog.getByText("its configuration stays").waitFor();
        await dialog.getByLabel("I accept that not everything may go back").check();
        await dialog.getByRole("button", { name: "Roll back" }).click();
        await page.getByRole("heading", { name: "Rollback on web-01" }).waitFor();
      }
    }
  });
});
