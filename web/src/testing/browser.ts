import { existsSync } from "node:fs";

import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";

const CHROMIUM = "/usr/bin/chromium";

/** The end of a suite's name when there is no browser; empty when there is. */
export const missingBrowser = existsSync(CHROMIUM) ? "" : " (needs chromium: apt-get install chromium)";

/** Starts a headless browser. */
export const launchBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: CHROMIUM,
    headless: true,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });

/** A page, and everything that went wrong in it: exceptions, console errors, breaches of the content security policy. */
export interface WatchedPage {
  readonly page: Page;
  readonly problems: readonly string[];
}

/** Opens a page in a context of its own. Failed requests are not problems here: tests break the connection on purpose. */
export async function openPage(browser: Browser, options: BrowserContextOptions = {}): Promise<WatchedPage> {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    reducedMotion: "reduce",
    ...options,
  });
  const page = await context.newPage();
  const problems: string[] = [];
  page.on("pageerror", (error) => problems.push(String(error)));
  page.on("console", (message) => {
    if (message.type() !== "error" && !message.text().includes("Content Security Policy")) return;
    if (/Failed to load resource|WebSocket connection to/.test(message.text())) return;
    problems.push(message.text());
  });
  page.setDefaultTimeout(30_000);
  return { page, problems };
}

/** Whether the whole page scrolls sideways, which it never should. */
export const scrollsSideways = (page: Page): Promise<boolean> =>
  page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
