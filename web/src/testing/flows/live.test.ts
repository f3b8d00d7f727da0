import type { Page } from "playwright-core";
import { expect, test } from "vitest";

import { beginInstall, progressInstall } from "../double/play-agent.js";
import { ADMIN, seedFleet } from "../double/seed.js";
import type { World } from "../double/world.js";
import { describeInBrowser } from "./harness.js";

const AT = { phase: "install", percent: 10, itemName: null, isCancellable: true };

function addRun(world: World): string {
  const command = world.addCommand({
    agentId: "agent_web-01",
    type: "INSTALL",
    source: "apt",
    requestedBy: "alice",
    planId: null,
  });
  beginInstall(world, command.id);
  return command.id;
}

/** Settles when the API has refused a question of the page, and what came of it has been drawn. */
async function refusal(page: Page): Promise<void> {
  await page.waitForResponse((response) => response.url().endsWith("/graphql") && response.status() === 503);
  await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn))));
}

describeInBrowser("the live page", (stage) => {
  test("a broken connection is shown, and the output goes on without a gap or a double", async () => {
    await using set = await stage({ seed: seedFleet, as: "op_alice" });
    const { page, world, server } = set;
    const id = addRun(world);
    await page.goto(`/commands/${id}`);
    await page.getByText("Building dependency tree").waitFor();
    progressInstall(world, id, AT, ["before the break"]);
    await page.getByText("before the break").waitFor();

    server.setLive(false);
    await page.getByText("Connection lost, retrying").waitFor();
    progressInstall(world, id, AT, ["during the break"]);
    server.setLive(true);
    await page.getByText("during the break").waitFor();
    await page.getByText("Connection lost, retrying").waitFor({ state: "detached" });
    progressInstall(world, id, AT, ["after the break"]);
    await page.getByText("after the break").waitFor();
    const text = await page.getByRole("log").innerText();
    expect(text.split(/\s*\d+\s+/).filter(Boolean)).toEqual([
      "Reading package lists…",
      "Building dependency tree…",
      "before the break",
      "during the break",
      expect.stringContaining("after the break"),
    ]);
  });

  test("long output keeps few lines in the document, follows, pauses when scrolled up, follows again", async () => {
    await using set = await stage({ seed: seedFleet, as: "op_alice" });
    const { page, world } = set;
    const id = addRun(world);
    progressInstall(
      world,
      id,
      AT,
      Array.from({ length: 5000 }, (_, index) => `output ${index + 1}`),
    );
    await page.goto(`/commands/${id}`);
    await page.getByText("output 5000", { exact: true }).waitFor();
    expect(await page.getByRole("log").locator("div > div > div").count()).toBeLessThan(100);
    await page.getByRole("log").hover();
    await page.mouse.wheel(0, -4000);
    await page.getByRole("button", { name: "Follow" }).waitFor();
    progressInstall(world, id, AT, ["output 5001"]);
    await page.getByRole("button", { name: "Follow" }).click();
    await page.getByText("output 5001", { exact: true }).waitFor();
  });

  test("what others decide shows by itself", async () => {
    await using set = await stage({ seed: seedFleet, as: "op_alice" });
    const { page, world } = set;
    await page.goto("/updates?name=nginx");
    await page.getByRole("cell", { name: "Pending" }).waitFor();
    await page.getByText("1 of 1 update loaded").waitFor();
    world.changeUpdates(["upd_web-01_nginx"], { state: "APPROVED" });
    await page.getByRole("cell", { name: "Approved" }).waitFor();
    expect(await page.getByRole("cell", { name: "Pending" }).count()).toBe(0);
  });

  test("when the session ends, the login brings back to the same place", async () => {
    await using set = await stage({ seed: seedFleet, as: "op_alice" });
    const { page, server } = set;
    await page.goto("/updates?name=openssl");
    await page.getByRole("button", { name: /^openssl/ }).waitFor();
    server.endSessions();
    await page.waitForURL("**/login?return=%2Fupdates%3Fname%3Dopenssl");
    await page.getByLabel("Name").fill(ADMIN.name);
    await page.getByLabel("Password").fill(ADMIN.password);
    await page.getByRole("button", { name: "Log in" }).click();
    await page.waitForURL("**/updates?name=openssl");
    await page.getByRole("button", { name: /^openssl/ }).waitFor();
    await page.getByRole("button", { name: "Log out" }).click();
    await page.waitForURL("**/login*");
    expect(await page.getByText("openssl").count()).toBe(0);
  });

  test("an unreachable server is said in a sentence, and the page recovers", async () => {
    await using set = await stage({ seed: seedFleet, as: "op_alice" });
    const { page, server } = set;
    await page.goto("/agents");
    await page.getByRole("link", { name: "web-01" }).waitFor();
    server.setReachable(false);
    await page.getByRole("link", { name: "History" }).click();
    await page.getByText("The server cannot be reached.").waitFor();
    server.setReachable(true);
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByText("alice logged in").waitFor();
    expect(await page.getByText("cannot be reached").count()).toBe(0);
  });

  test("what is shown stays while the server or its database is away, and is asked for anew after", async () => {
    await using set = await stage({ seed: seedFleet, as: "op_alice" });
    const { page, server, world } = set;
    const lookAgain = () => page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
    await page.goto("/agents/agent_web-01");
    await page.getByText("Architecture").waitFor();

    server.setDatabase(false);
    await lookAgain();
    await page.getByText("The server cannot reach its database, retrying.").waitFor();
    const refused = refusal(page);
    for (const agentId of world.agents.keys()) world.emit({ topic: "agent", agentId });
    await refused;
    expect(await page.getByText("Architecture").isVisible()).toBe(true);
    Object.assign(world.agents.get("agent_web-01") ?? {}, { name: "web-renamed" });
    server.setDatabase(true);
    await page.getByRole("heading", { name: "web-renamed" }).waitFor();
    expect(await page.getByText("retrying").count()).toBe(0);

    server.setReachable(false);
    await lookAgain();
    await page.getByText("The server cannot be reached, retrying.").waitFor();
    expect(await page.getByText("Architecture").isVisible()).toBe(true);
    server.setReachable(true);
    await page.getByText("retrying").waitFor({ state: "detached" });
  });

  test("a page that could not be loaded comes by itself when the server is back", async () => {
    await using set = await stage({ seed: seedFleet, as: "op_alice" });
    const { page, server } = set;
    server.setDatabase(false);
    await page.goto("/operators");
    await page.getByText("The server cannot reach its database, retrying.").waitFor();
    await page.getByText("This could not be loaded").waitFor();
    server.setDatabase(true);
    await page.getByText("(you)").waitFor();
    server.setReachable(false);
    await page.getByRole("link", { name: "History" }).click();
    await page.getByText("The server cannot be reached. Check").waitFor();
    server.setReachable(true);
    await page.getByText("alice logged in").waitFor();
    expect(await page.getByText("cannot be reached").count()).toBe(0);
  });

  test("a viewer sees everything, and is told why the buttons do nothing", async () => {
    const viewer = (world: World) => {
      seedFleet(world);
      Object.assign(world.operators.get("op_alice") ?? {}, { role: "VIEWER" });
    };
    await using set = await stage({ seed: viewer, as: "op_alice" });
    const { page, world } = set;
    await page.goto("/updates?name=nginx");
    await page.getByRole("checkbox", { name: "Select nginx" }).check();
    const approve = page.getByRole("button", { name: "Approve" });
    await approve.focus();
    await page.getByRole("tooltip", { name: /Your role, viewer, does not allow this/ }).waitFor();
    await approve.press("Enter");
    expect(world.calls).toEqual([]);
    expect(await page.getByRole("link", { name: "Tokens" }).count()).toBe(0);
  });
});
