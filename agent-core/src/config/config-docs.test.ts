import { readFileSync } from "node:fs";
import path from "node:path";
import * as v from "valibot";
import { expect, test } from "vitest";
import { SERVER_VARIABLES } from "./check-variables.js";
import { CONFIG_SCHEMA } from "./config-schema.js";
import { CONFIG_VARIABLES } from "./load-config.js";

const PAGE = readFileSync(path.resolve(import.meta.dirname, "../../../docs/agent.md"), "utf8");

const SERVERS_PAGE = readFileSync(
  path.resolve(import.meta.dirname, "../../../docs/configuration.md"),
  "utf8",
);

/** Cells of a Markdown row, whatever their padding. */
const cellsOf = (line: string): string[] =>
  line
    .split("|")
    .slice(1, -1)
    .map((cell) => cell.trim());

test("docs/agent.md describes every setting of the agent as the schema does", () => {
  const section = PAGE.split("\n## Settings\n")[1]?.split("\n## ")[0] ?? "";
  const rows = section.split("\n").filter((line) => line.startsWith("| `"));
  const wanted = Object.entries(CONFIG_SCHEMA.entries).map(([setting, schema]) => {
    const variable = Object.entries(CONFIG_VARIABLES).find(([, name]) => name === setting)?.[0];
    return [
      `\`${setting}\``,
      variable === undefined ? "" : `\`${variable}\``,
      v.getDescription(schema) ?? "",
    ];
  });
  expect(rows.map(cellsOf)).toEqual(wanted);
});

test("the agent knows which variables are the server's", () => {
  const table = SERVERS_PAGE.split("## Exit codes")[0] ?? "";
  const names = [...table.matchAll(/^\| `(REDFLAG_[A-Z_]+)`/gm)].map(([, name]) => name);
  expect(names.filter((name) => name !== undefined && !(name in CONFIG_VARIABLES)).toSorted()).toEqual(
    [...SERVER_VARIABLES].toSorted(),
  );
});
