import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { configurationPage } from "./configuration-page.js";

const PAGE = new URL("../../../docs/configuration.md", import.meta.url);

test("docs/configuration.md says what the program knows", () => {
  expect(readFileSync(PAGE, "utf8"), "Write configurationPage() to docs/configuration.md.").toBe(
    configurationPage(),
  );
});
