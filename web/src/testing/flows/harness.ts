import { rm } from "node:fs/promises";

import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect } from "vitest";

import { launchBrowser, missingBrowser, openPage } from "../browser.js";
import { buildPage } from "../build-page.js";
import { type Double, startDouble } from "../double/server.js";
import { World } from "../double/world.js";

/** One test's own server and its own browser page. */
export interface Stage extends AsyncDisposable {
  readonly world: World;
  readonly server: Double;
  readonly page: Page;
  /** What went wrong in the page so far; disposing fails when it is not empty. */
  readonly problems: readonly string[];
}

/** How a stage is set. */
export interface StageOptions extends BrowserContextOptions {
  readonly seed?: (world: World) => void;
  /** The id of the operator who is logged in. */
  readonly as?: string;
}

/** A suite in a real browser; skipped by name with the install line when there is none. */
export function describeInBrowser(
  name: string,
  define: (stage: (options?: StageOptions) => Promise<Stage>) => void,
): void {
  describe.skipIf(missingBrowser !== "")(`${name}${missingBrowser}`, { timeout: 60_000 }, () => {
    let browser: Browser;
    let dist: string;
    beforeAll(async () => {
      dist = await buildPage();
      browser = await launchBrowser();
    }, 120_000);
    afterAll(async () => {
      await browser.close();
      await rm(dist, { recursive: true });
    });
    define(({ seed, as, ...options } = {}) => setStage(browser, dist, options, seed, as));
  });
}

async function setStage(
  browser: Browser,
  dist: string,
  options: BrowserContextOptions,
  seed: StageOptions["seed"],
  as: string | undefined,
): Promise<Stage> {
  const world = new World();
  seed?.(world);
  const server = await startDouble(dist, world);
  const { page, problems } = await openPage(browser, { ...options, baseURL: server.url });
  if (as) {
    world.sessions.set("session", as);
    await page.context().addCookies([{ name: "redflag_session", value: "session", url: server.url }]);
  }
  return {
    world,
    server,
    page,
    problems,
    [Symbol.asyncDispose]: async () => {
      await page.context().close();
      await server[Symbol.asyncDispose]();
      expect(problems).toEqual([]);
    },
  };
}
