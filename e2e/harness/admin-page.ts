import type { Page } from "playwright-core";

import { openBrowser } from "./browser.js";
import { ADMIN } from "./first-admin.js";

/** A browser in which the first admin is logged in, on the list of agents. */
export async function openAdminPage(url: string): Promise<{ readonly page: Page } & AsyncDisposable> {
  const browser = await openBrowser();
  const page = await browser.context.newPage();
  await page.goto(`${url}/login`);
  await page.getByLabel("Name").fill(ADMIN.name);
  await page.getByLabel("Password").fill(ADMIN.password);
  await page.getByRole("button", { name: "Log in" }).click();
  await page.getByRole("heading", { name: "Agents", exact: true }).waitFor();
  return { page, [Symbol.asyncDispose]: () => browser[Symbol.asyncDispose]() };
}
