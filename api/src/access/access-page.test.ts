import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { permissions, permissionsOf, roles } from "./permissions.js";

const page = readFileSync(new URL("../../../docs/access.md", import.meta.url), "utf8");

test("docs/access.md says which role may do what", () => {
  const rows = Array.from(page.matchAll(/^\| `([a-z:]+)` +\| (.*) \|$/gm), ([, permission, cells = ""]) => [
    permission,
    ...cells.split("|").map((cell) => cell.trim() === "yes"),
  ]);
  expect(rows).toEqual(
    permissions.map((permission) => [
      permission,
      ...roles.map((role) => permissionsOf[role].has(permission)),
    ]),
  );
});
