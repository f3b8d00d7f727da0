import { expect, test } from "vitest";

import {
  beginInstall,
  finishInstall,
  progressInstall,
  resolvePlan,
  verifyInstall,
} from "../double/play-agent.js";
import { addAgent, addUpdate, ADMIN, seedAdmin, seedFleet } from "../double/seed.js";
import { describeInBrowser } from "./harness.js";

describeInBrowser("the main job", (stage) => {
  test("from the setup code to the first agent's registration line", async () => {
    await using set = await stage();
    const { page, world } = set;
    await page.goto(`/setup#code=${world.setupCode}`);
    await page.getByLabel("Setup code").waitFor();
    expect(await page.getByLabel("Setup code").inputValue()).toBe(world.setupCode);
    expect(page.url()).not.toContain("code");

    await page.getByLabel("Name").fill("alice");
    await page.getByLabel("Password").fill("short");
    await page.getByRole("button", { name: "Make the admin" }).click();
    await page.getByText("Too short: 7 more to go.").waitFor();
    expect(world.operators.size).toBe(0);

    await page.getByLabel("Password").fill(ADMIN.password);
    await page.getByRole("button", { name: "Make the admin" }).click();
    await page.getByText("No agents yet").waitFor();

    await page.getByRole("button", { name: "Enrol an agent" }).first().click();
    await page.getByRole("button", { name: "Make the token" }).click();
    const line = page.getByText("redflag-agent register --server http://127.0.0.1");
    await line.waitFor();
    expect(await line.innerText()).toMatch(/--token reg_secret_[0-9a-f]+$/);
    await page.getByRole("button", { name: "Done" }).click();

    addAgent(world, "first-host");
    world.emit({ topic: "agent", agentId: "agent_first-host" });
    await page.getByRole("link", { name: "first-host" }).waitFor();
  });

  test("a wrong setup code and a wrong password say so at once", async () => {
    await using set = await stage();
    const { page, world } = set;
    await page.goto("/setup#code=WRONG");
    await page.getByLabel("Name").fill("alice");
    await page.getByLabel("Password").fill(ADMIN.password);
    await page.getByRole("button", { name: "Make the admin" }).click();
    await page.getByText("The setup code is wrong.").waitFor();
    seedFleet(world);
    await page.goto("/updates?name=ssl");
    await page.getByLabel("Name").fill(ADMIN.name);
    await page.getByLabel("Password").fill("not the password");
    await page.getByRole("button", { name: "Log in" }).click();
    await page.getByText("Name or password is wrong.").waitFor();
    await page.getByLabel("Password").fill(ADMIN.password);
    await page.getByRole("button", { name: "Log in" }).click();
    await page.getByText("2 of 2 updates loaded").waitFor();
    expect(new URL(page.url()).pathname + new URL(page.url()).search).toBe("/updates?name=ssl");
  });

  test("select, preview, approve and install, watch, and see it proved", async () => {
    await using set = await stage({ seed: seedFleet, as: "op_alice" });
    const { page, world } = set;
    await page.goto("/updates?name=ssl");
    await page.getByRole("checkbox", { name: "Select openssl" }).check();
    await page.getByRole("checkbox", { name: "Select libssl3" }).check();
    await page.getByRole("button", { name: "Preview plan" }).click();

    await page.getByText("Waiting for the agent to take it.").waitFor();
    const [planId = ""] = world.plans.keys();
    const removed = {
      name: "libssl1.1",
      architecture: "amd64",
      fromVersion: "1.1",
      toVersion: null,
      isDowngrade: false,
      origin: null,
      downloadBytes: null,
    };
    resolvePlan(world, planId, { alsoRemoves: [removed] });
    await page.getByText("This removes 1 package: libssl1.1").waitFor();
    expect(await page.getByRole("list", { name: "Changes" }).getByRole("listitem").count()).toBe(2);
    await page.getByText("nginx.service, ssh.service").waitFor();
    await page.getByText("9f2c1e70b4aa", { exact: true }).waitFor();
    expect(await page.getByRole("timer").innerText()).toMatch(/^(30:00|29:\d\d)$/);

    const install = page.getByRole("button", { name: "Approve and install" });
    expect(await install.getAttribute("aria-disabled")).toBe("true");
    await install.press("Enter");
    expect(world.calls.some(({ field }) => field === "installPlans")).toBe(false);
    await page.getByLabel("I accept that it is removed from web-01").check();
    await install.click();

    await page.waitForURL("**/commands/cmd_*");
    await page.getByText("Waiting for the agent to take it.").waitFor();
    expect(world.calls.find(({ field }) => field === "approveUpdates")?.input["ids"]).toHaveLength(2);
    const started = world.calls.find(({ field }) => field === "installPlans")?.input;
    expect(started).toMatchObject({
      ids: [planId],
      acceptRemovals: true,
      idempotencyKey: expect.any(String),
    });

    const commandId = world.plans.get(planId)?.installCommandId ?? "";
    beginInstall(world, commandId);
    const at = { phase: "install", percent: 42, itemName: "openssl", isCancellable: false };
    progressInstall(world, commandId, at, ["Unpacking openssl"]);
    await page.getByText("Unpacking openssl").waitFor();
    expect(await page.getByRole("progressbar").getAttribute("aria-valuenow")).toBe("42");
    await page.getByRole("list", { name: "Packages" }).getByText("At hand").waitFor();
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.getByText("cannot stop without harm").waitFor();
    await page.keyboard.press("Escape");

    finishInstall(world, commandId);
    await page.getByText("Installed, not yet proved").waitFor();
    verifyInstall(world, commandId);
    await page.getByText("Proved installed: 2 updates").waitFor();
    await page.getByText(/Verified by a scan at .+/).waitFor();
    await page.getByRole("link", { name: "Updates of this agent" }).click();
    await page.getByText("2 of 2 updates loaded").waitFor();
  });

  test("partial success says how many, which and why", async () => {
    const many = (world: Parameters<typeof seedFleet>[0]) => {
      seedAdmin(world);
      const agent = addAgent(world, "web-01");
      for (let index = 0; index < 50; index += 1) {
        addUpdate(
          world,
          agent,
          `package-${index}`,
          index < 3 ? { heldBy: ["REDFLAG"], holdReason: "Not on a Friday." } : {},
        );
      }
    };
    await using set = await stage({ seed: many, as: "op_alice" });
    const { page } = set;
    await page.goto("/updates");
    await page.getByRole("checkbox", { name: "Select all loaded rows" }).check();
    await page.getByRole("button", { name: "Approve" }).click();
    const dialog = page.getByRole("dialog", { name: "47 approved, 3 refused" });
    await dialog.waitFor();
    expect(await dialog.getByText("Not on a Friday.").count()).toBe(3);
    await dialog.getByText("package-1 1.2.3-1+deb12u1 on web-01").waitFor();
  });

  test("a plan that expired or failed is asked for again, and a queued run is cancelled at once", async () => {
    await using set = await stage({ seed: seedFleet, as: "op_alice" });
    const { page, world } = set;
    await page.goto("/updates?name=nginx");
    await page.getByRole("checkbox", { name: "Select nginx" }).check();
    await page.getByRole("button", { name: "Preview plan" }).click();
    await page.getByText("working out exactly").waitFor();
    const [first = ""] = world.plans.keys();
    resolvePlan(world, first, { expiresAt: new Date(Date.now() - 1000).toISOString() });
    await page.getByText("It is too old. Ask for another.").waitFor();
    await page.getByRole("button", { name: "Plan again" }).click();
    await page.getByText("working out exactly").waitFor();
    const second = [...world.plans.keys()][1] ?? "";
    resolvePlan(world, second, { state: "FAILED", failure: { code: "LOCKED", message: "apt is busy." } });
    await page.getByText("This could not be planned: LOCKED").waitFor();
    await page.getByRole("button", { name: "Plan again" }).click();
    await page.getByText("working out exactly").waitFor();
    resolvePlan(world, [...world.plans.keys()][2] ?? "");
    await page.getByRole("button", { name: "Approve and install" }).click();
    await page.waitForURL("**/commands/cmd_*");
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.getByText("cancelled at once and nothing changes").waitFor();
    await page.getByRole("button", { name: "Ask it to stop" }).click();
    await page.getByText("Cancelled", { exact: true }).first().waitFor();
    expect([...world.commands.values()].at(-1)?.state).toBe("CANCELLED");
  });

  test("hold asks for the reason, and release ends it", async () => {
    await using set = await stage({ seed: seedFleet, as: "op_alice" });
    const { page, world } = set;
    await page.goto("/updates?name=nginx");
    await page.getByRole("checkbox", { name: "Select nginx" }).check();
    await page.getByRole("button", { name: "Hold" }).click();
    await page.getByLabel("Reason (optional)").fill("Wait for the load test");
    await page.getByRole("dialog").getByRole("button", { name: "Hold" }).click();
    await page.getByText("1 update held").waitFor();
    expect(world.updates.get("upd_web-01_nginx")?.holdReason).toBe("Wait for the load test");
    await page.getByText("Held", { exact: true }).waitFor();
    await page.getByRole("checkbox", { name: "Select nginx" }).check();
    await page.getByRole("button", { name: "Release" }).click();
    await page.getByText("1 update released").waitFor();
    expect(world.updates.get("upd_web-01_nginx")?.heldBy).toEqual([]);
  });
});
