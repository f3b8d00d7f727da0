import { mkdtemp, rm } from "node:fs/promises";
import { existsSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import type { BrowserContext } from "playwright-core";
import { chromium } from "playwright-core";

const EXECUTABLE = "/usr/bin/chromium";
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** A real headless Chromium with a profile of its own, which goes with it. */
export async function openBrowser(): Promise<{ context: BrowserContext } & AsyncDisposable> {
  const profile = await mkdtemp(path.join(os.tmpdir(), "redflag-browser-"));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: EXECUTABLE,
    headless: true,
    args: FLAGS,
    viewport: { width: 1440, height: 900 },
  });
  context.setDefaultTimeout(30_000);
  return {
    context,
    async [Symbol.asyncDispose]() {
      await context.close();
      await rm(profile, { recursive: true, force: true });
    },
  };
}

/** Why no browser can be opened here, for the name of a skipped suite; nothing when one can. */
export function whyNoBrowser(): string | undefined {
  return existsSync(EXECUTABLE) ? undefined : "needs apt-get install chromium";
}
