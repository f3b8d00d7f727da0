import { expect, test } from "vitest";

import { resolvePlan, tellNotes } from "../double/play-agent.js";
import { seedFleet } from "../double/seed.js";
import { describeInBrowser } from "./harness.js";

const EVIL = `<img src=x onerror="window.hacked=1"><script>window.hacked=1</script> [x](javascript:1)`;

describeInBrowser("release notes", (stage) => {
  test("are fetched from the plan before anything is approved, and stay text (B5, G28)", async () => {
    await using set = await stage({ seed: seedFleet, as: "op_alice" });
    const { page, world } = set;
    await page.goto("/updates?name=nginx");
    await page.getByRole("checkbox", { name: "Select nginx" }).check();
    await page.getByRole("button", { name: "Preview plan" }).click();
    await page.getByText("Waiting for the agent to take it.").waitFor();
    const [planId = ""] = world.plans.keys();
    resolvePlan(world, planId);
    await page.getByRole("button", { name: "nginx:amd64" }).click();
    const panel = page.getByRole("dialog", { name: "nginx" });
    await panel.getByRole("button", { name: "Fetch release notes" }).click();
    await panel.getByText("Waiting for the agent to take it.").waitFor();
    tellNotes(world, `nginx (1.22.1-9+deb12u1) stable\n\n  * ${EVIL}\\u{202e}`, ["CVE-2026-7777"]);
    const text = panel.getByLabel("Text of the release notes");
    await text.waitFor();
    expect(await text.innerText()).toContain("<img src=x");
    expect(await page.evaluate(() => "hacked" in window || document.images.length > 0)).toBe(false);
    expect(await text.locator("a, img, script").count()).toBe(0);
    await panel.getByText("CVE-2026-7777", { exact: true }).waitFor();
    expect(world.calls.filter(({ field }) => field === "approveUpdates")).toEqual([]);

    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "nginx:amd64" }).click();
    await panel.getByLabel("Text of the release notes").waitFor();
    expect(world.calls.filter(({ field }) => field === "fetchReleaseNotes")).toHaveLength(1);
  });

  test("that do not exist, cannot be fetched or say nothing are told as such", async () => {
    await using set = await stage({ seed: seedFleet, as: "op_alice" });
    const { page, world } = set;
    const fail = (failure: { code: string; message: string }) => {
      const command = [...world.commands.values()].at(-1);
      world.changeCommand(command?.id ?? "", { state: "FAILED", failure, waitingReason: null });
    };
    await page.goto("/updates?name=nginx");
    await page.getByRole("button", { name: "nginx:amd64" }).click();
    const panel = page.getByRole("dialog", { name: "nginx" });
    await panel.getByRole("button", { name: "Fetch release notes" }).click();
    await panel.getByText("Waiting for the agent to take it.").waitFor();
    fail({ code: "OFFLINE", message: "The archive cannot be reached." });
    await panel.getByText("They could not be fetched: OFFLINE").waitFor();
    await panel.getByRole("button", { name: "Ask again" }).click();
    await panel.getByText("Waiting for the agent to take it.").waitFor();
    fail({ code: "UNSUPPORTED", message: "The archive has no changelog of nginx." });
    await panel.getByText("There are no release notes").waitFor();
    await panel.getByText("The archive has no changelog of nginx.").waitFor();
    await panel.getByRole("button", { name: "Ask again" }).click();
    await panel.getByText("Waiting for the agent to take it.").waitFor();
    tellNotes(world, "");
    await panel.getByText("They say nothing between the installed version and this one.").waitFor();
    expect(world.calls.filter(({ field }) => field === "fetchReleaseNotes")).toHaveLength(3);
  });

  test("are kept from those who may not ask, with the reason", async () => {
    await using set = await stage({
      seed: (world) => {
        seedFleet(world);
        const alice = world.operators.get("op_alice");
        if (alice) alice.role = "VIEWER";
      },
      as: "op_alice",
    });
    const { page } = set;
    await page.goto("/updates?name=nginx");
    await page.getByRole("button", { name: "nginx:amd64" }).click();
    const ask = page.getByRole("button", { name: "Fetch release notes" });
    expect(await ask.getAttribute("aria-disabled")).toBe("true");
  });
});
