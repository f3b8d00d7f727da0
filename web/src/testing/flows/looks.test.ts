import type { Locator } from "playwright-core";
import { expect, test } from "vitest";

import { scrollsSideways } from "../browser.js";
import { resolvePlan } from "../double/play-agent.js";
import { seedFleet } from "../double/seed.js";
import type { World } from "../double/world.js";
import { describeInBrowser } from "./harness.js";

/** The fleet with a plan, a failed command with a long line, and tokens. */
function seedPages(world: World): void {
  seedFleet(world);
  const plan = world.addCommand({
    agentId: "agent_web-01",
    type: "PLAN",
    source: "apt",
    requestedBy: "alice",
    planId: "plan_1",
  });
  world.plans.set("plan_1", {
    id: "plan_1",
    agentId: "agent_web-01",
    source: "apt",
    state: "RESOLVING",
    updateIds: ["upd_web-01_openssl", "upd_web-01_nginx"],
    digest: null,
    items: [],
    alsoInstalls: [],
    alsoRemoves: [],
    alsoKept: [],
    downloadBytes: null,
    diskBytes: null,
    restartsServices: null,
    requiresReboot: null,
    restartReasons: [],
    reversibility: null,
    blockers: [],
    failure: null,
    requestedAt: world.now(),
    resolvedAt: null,
    expiresAt: null,
    planCommandId: plan.id,
    installCommandId: null,
  });
  resolvePlan(world, "plan_1");
  world.commands.set("cmd_long", { ...plan, id: "cmd_long", type: "SCAN", planId: null, state: "FAILED" });
  world.changeCommand("cmd_long", { failure: { code: "OFFLINE", message: `unbroken ${"x".repeat(300)}` } }, [
    "y".repeat(2000),
  ]);
}

/** Where a part of the page lies, from top to bottom. */
async function spanOf(part: Locator): Promise<{ top: number; bottom: number }> {
  const box = await part.boundingBox();
  return { top: box?.y ?? Number.NaN, bottom: (box?.y ?? 0) + (box?.height ?? 0) };
}

const PAGES = [
  ["/agents", "Agents", "web-01"],
  ["/agents/agent_web-01", "web-01", "openssl"],
  ["/agents/agent_db-01", "db-01", "user-1000.slice"],
  ["/updates", "Updates", "openssl"],
  ["/plans?ids=plan_1", "Plan preview", "nginx.service"],
  ["/commands", "Commands", "OFFLINE"],
  ["/commands/cmd_long", "Scan on web-01", "unbroken"],
  ["/history", "History", "alice logged in"],
  ["/tokens", "Tokens", "No API tokens"],
  ["/operators", "Operators", "(you)"],
] as const;

describeInBrowser("looks and keys", (stage) => {
  test.each([
    [390, "light"],
    [390, "dark"],
    [1440, "light"],
    [1440, "dark"],
  ] as const)("every page has its title and fits %d pixels in %s", async (width, colorScheme) => {
    await using set = await stage({
      seed: seedPages,
      as: "op_alice",
      viewport: { width, height: 844 },
      colorScheme,
    });
    const { page } = set;
    for (const [address, title, content] of PAGES) {
      await page.goto(address);
      await page.getByRole("heading", { level: 1, name: title }).waitFor();
      await page.getByText(content).filter({ visible: true }).first().waitFor();
      expect(await page.title()).toBe(`${title} · RedFlag`);
      expect(await scrollsSideways(page), `${address} scrolls sideways`).toBe(false);
      const here = page.getByRole("navigation").locator('[aria-current="page"]');
      const span = (await here.count()) > 0 && (await here.boundingBox());
      if (span) expect(span.x + span.width, `${address} is in sight among the places`).toBeLessThan(width);
    }
    const ground = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    expect(ground).toBe(colorScheme === "dark" ? "rgb(16, 17, 19)" : "rgb(251, 251, 252)");
  });

  test.each([
    [390, 844],
    [1440, 900],
    [1440, 740],
    [1440, 500],
  ])("at %d × %d pixels a message covers neither the title nor the bar", async (width, height) => {
    await using set = await stage({ seed: seedFleet, as: "op_alice", viewport: { width, height } });
    const { page } = set;
    await page.goto("/updates");
    await page.getByRole("checkbox", { name: "Select nginx" }).check();
    await page.getByRole("button", { name: "Approve" }).click();
    const toast = page.getByText("1 update approved");
    await toast.waitFor();
    await page.getByRole("checkbox", { name: "Select openssl" }).check();
    const bar = page.getByRole("region", { name: "Selected updates" });
    await bar.waitFor();
    await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn))));
    const [title, said, below] = await Promise.all([page.locator("h1"), toast, bar].map(spanOf));
    expect(said?.top).toBeGreaterThan(title?.bottom ?? Number.NaN);
    const isApart = said && below && (said.bottom < below.top || said.top > below.bottom);
    expect(isApart, JSON.stringify({ said, below })).toBe(true);
  });

  test("a chosen theme wins over the system's and survives a reload", async () => {
    await using set = await stage({ seed: seedFleet, as: "op_alice", colorScheme: "light" });
    const { page } = set;
    await page.goto("/agents");
    await page.getByRole("button", { name: "Theme: as the system" }).click();
    await page.getByRole("button", { name: "Theme: light" }).click();
    await page.getByRole("button", { name: "Theme: dark" }).waitFor();
    await page.reload();
    await page.getByRole("button", { name: "Theme: dark" }).waitFor();
    expect(await page.evaluate(() => document.documentElement.dataset["theme"])).toBe("dark");
  });

  test("everything can be done with the keyboard alone", async () => {
    await using set = await stage({ seed: seedFleet, as: "op_alice" });
    const { page } = set;
    const focused = () => page.evaluate(() => document.activeElement?.textContent?.trim() ?? "");
    await page.goto("/updates?name=nginx");
    await page.getByText("1 of 1 update loaded").waitFor();
    await page.keyboard.press("Tab");
    expect(await focused()).toBe("Skip to the content");
    await page.keyboard.press("Enter");
    await page.getByRole("checkbox", { name: "Select nginx" }).focus();
    await page.keyboard.press("Space");
    await page.keyboard.press("Tab");
    expect(await focused()).toBe("nginx:amd64");
    await page.keyboard.press("Enter");
    const details = page.getByRole("dialog", { name: "nginx" });
    await details.waitFor();
    await details.getByText("Has to start anew").waitFor();
    await page.keyboard.press("Escape");
    await details.waitFor({ state: "detached" });
    expect(await focused()).toBe("nginx:amd64");
    await page.getByRole("button", { name: "Preview plan" }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Plan preview" }).waitFor();
    expect(await page.evaluate(() => document.activeElement?.id)).toBe("main");
  });

  test("the tokens' secrets are shown once, and a token can be revoked", async () => {
    await using set = await stage({ seed: seedFleet, as: "op_alice" });
    const { page, world } = set;
    await page.goto("/tokens");
    await page.getByRole("button", { name: "API token" }).click();
    await page.getByLabel("What it is for").fill("nightly report");
    await page.getByLabel(/updates:approve/).check();
    await page.getByRole("button", { name: "Make the token" }).click();
    const secret = await page.locator("pre").innerText();
    expect(secret).toMatch(/^tok_secret_/);
    await page.getByRole("button", { name: "Done" }).click();
    await page.getByText("nightly report").waitFor();
    expect(await page.getByText(secret).count()).toBe(0);
    expect([...world.apiTokens.values()][0]?.scopes).toEqual([
      "AGENTS_READ",
      "UPDATES_READ",
      "UPDATES_APPROVE",
    ]);
    await page.getByRole("button", { name: "Revoke nightly report" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
    await page.getByText("Revoked", { exact: true }).waitFor();
  });

  test("operators are added and removed, and the last admin stays", async () => {
    await using set = await stage({ seed: seedFleet, as: "op_alice" });
    const { page, world } = set;
    await page.goto("/operators");
    await page.getByRole("button", { name: "Remove alice" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
    await page.getByText("The last admin stays.").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Add an operator" }).click();
    await page.getByLabel("Name").fill("bob");
    await page.getByLabel("First password").fill("a long enough one");
    await page.getByRole("button", { name: "Add", exact: true }).click();
    await page.getByRole("button", { name: "Remove bob" }).waitFor();
    expect([...world.operators.values()].map(({ name, role }) => `${name} ${role}`)).toEqual([
      "alice ADMIN",
      "bob VIEWER",
    ]);
  });
});
