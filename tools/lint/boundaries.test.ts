import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

interface Violation {
  readonly file: string;
  readonly source: string;
  readonly rule: string;
}

const REPOSITORY = path.resolve(import.meta.dirname, "../..");
const OXLINT = path.join(REPOSITORY, "node_modules/oxlint/bin/oxlint");
const BOUNDARY = "redflag(boundaries)";
const importing = (specifier: string): string => `import { a } from "${specifier}";\nexport const b = a;\n`;

const violations: Record<string, Violation> = {
  "page imports the server": {
    file: "web/src/a.ts",
    source: importing("../../api/src/a.js"),
    rule: BOUNDARY,
  },
  "page imports the server's package": {
    file: "web/src/b.ts",
    source: importing("@redflag/api"),
    rule: BOUNDARY,
  },
  "page imports the agent": {
    file: "web/src/c.ts",
    source: importing("../../agent-core/src/a.js"),
    rule: BOUNDARY,
  },
  "page imports a plugin": { file: "web/src/d.tsx", source: importing("redflag-plugin-apt"), rule: BOUNDARY },
  "page reaches a plugin's files": {
    file: "web/src/e.ts",
    source: importing("../../plugins/apt/src/a.js"),
    rule: BOUNDARY,
  },
  "server imports the agent": {
    file: "api/src/agents/a.ts",
    source: importing("@redflag/agent-core"),
    rule: BOUNDARY,
  },
  "server imports the page": {
    file: "api/src/a.ts",
    source: importing("../../web/src/a.js"),
    rule: BOUNDARY,
  },
  "server imports the SDK": {
    file: "api/src/b.ts",
    source: importing("@redflag/plugin-sdk"),
    rule: BOUNDARY,
  },
  "agent imports the server": {
    file: "agent-core/src/a.ts",
    source: importing("../../api/src/a.js"),
    rule: BOUNDARY,
  },
  "agent imports the page": {
    file: "agent-core/src/b.ts",
    source: importing("@redflag/web"),
    rule: BOUNDARY,
  },
  "agent reaches into a plugin": {
    file: "agent-core/src/c.ts",
    source: importing("../../plugins/apt/src/a.js"),
    rule: BOUNDARY,
  },
  "plugin imports a package": { file: "plugins/apt/src/a.ts", source: importing("semver"), rule: BOUNDARY },
  "plugin imports the agent": {
    file: "plugins/apt/src/b.ts",
    source: importing("../../../agent-core/src/a.js"),
    rule: BOUNDARY,
  },
  "plugin imports another plugin": {
    file: "plugins/dnf/src/a.ts",
    source: importing("../../apt/src/a.js"),
    rule: BOUNDARY,
  },
  "plugin reaches into the SDK": {
    file: "plugins/apt/src/c.ts",
    source: importing("../../sdk/src/a.js"),
    rule: BOUNDARY,
  },
  "SDK imports a package": { file: "plugins/sdk/src/a.ts", source: importing("valibot"), rule: BOUNDARY },
  "product imports the harness": {
    file: "api/src/c.ts",
    source: importing("../../e2e/worlds/a.js"),
    rule: BOUNDARY,
  },
  "agent starts a process outside exec": {
    file: "agent-core/src/jobs/a.ts",
    source: importing("node:child_process"),
    rule: BOUNDARY,
  },
  "server starts a process": {
    file: "api/src/server/a.ts",
    source: importing("child_process"),
    rule: BOUNDARY,
  },
  "plugin starts a process": {
    file: "plugins/apt/src/d.ts",
    source: importing("node:child_process"),
    rule: BOUNDARY,
  },
  "process module by dynamic import": {
    file: "agent-core/src/d.ts",
    source: `export const a = await import("node:child_process");\n`,
    rule: BOUNDARY,
  },
  "process module by getBuiltinModule": {
    file: "agent-core/src/e.ts",
    source: `export const a = process.getBuiltinModule("node:child_process");\n`,
    rule: BOUNDARY,
  },
  "process module by require": {
    file: "agent-core/src/f.ts",
    source: `export const a = require("child_process");\n`,
    rule: BOUNDARY,
  },
  "re-export across rooms": {
    file: "web/src/f.ts",
    source: `export * from "../../api/src/a.js";\n`,
    rule: BOUNDARY,
  },
  "ui imports a feature": {
    file: "web/src/ui/a.tsx",
    source: importing("../features/agents/a.js"),
    rule: BOUNDARY,
  },
  "ui asks the server": { file: "web/src/ui/b.tsx", source: importing("urql"), rule: BOUNDARY },
  "data imports a feature": {
    file: "web/src/data/a.ts",
    source: importing("../features/agents/a.js"),
    rule: BOUNDARY,
  },
  "a feature imports app": {
    file: "web/src/features/agents/a.tsx",
    source: importing("../../app/shell.js"),
    rule: BOUNDARY,
  },
  "type import across rooms": {
    file: "web/src/g.ts",
    source: `export type A = import("../../api/src/a.js").A;\n`,
    rule: BOUNDARY,
  },
  "a file of 301 lines": {
    file: "api/src/long.ts",
    source: "// line\n".repeat(301),
    rule: "eslint(max-lines)",
  },
  "a test of 301 lines": {
    file: "api/src/long.test.ts",
    source: "\n".repeat(300) + "// end\n",
    rule: "eslint(max-lines)",
  },
  "a circle": {
    file: "api/src/circle-a.ts",
    source: `import { b } from "./circle-b.js";\nexport const a = (): unknown => b;\n`,
    rule: "import(no-cycle)",
  },
  "a circle of types": {
    file: "api/src/type-circle-a.ts",
    source: `import type { B } from "./type-circle-b.js";\nexport interface A {\n  readonly b: B;\n}\n`,
    rule: "import(no-cycle)",
  },
  "an explicit any": {
    file: "api/src/any.ts",
    source: "export const a = 1 as any;\n",
    rule: "typescript(no-explicit-any)",
  },
  "a file name in camel case": {
    file: "api/src/someThing.ts",
    source: "export const a = 1;\n",
    rule: "unicorn(filename-case)",
  },
};

const allowed: Record<string, string> = {
  "agent-core/src/exec/run.ts": importing("node:child_process"),
  "api/src/database/embedded/start.ts": importing("node:child_process"),
  "tools/start/start.ts": importing("node:child_process"),
  "e2e/worlds/world.ts": importing("node:child_process"),
  "api/src/server/testing/start.ts": importing("node:child_process"),
  "agent-core/src/jobs/run.test.ts": importing("node:child_process"),
  "agent-core/src/plugins/load.ts": importing("@redflag/plugin-sdk"),
  "agent-core/src/plugins/registry.ts": importing("redflag-plugin-apt"),
  "plugins/apt/src/scan.ts": importing("@redflag/plugin-sdk"),
  "plugins/apt/src/parse/control.ts": importing("../lines.js"),
  "plugins/apt/src/scan.test.ts": importing("../../../e2e/worlds/apt-repository.js"),
  "web/src/features/agents/list.tsx": importing("../../ui/table.js"),
  "web/src/features/agents/query.ts": importing("../../data/graphql.js"),
  "web/src/features/agents/updates.tsx": importing("../updates/update-list.js"),
  "web/src/app/shell.tsx": importing("../features/agents/watch.js"),
  "web/src/data/graphql.ts": importing("../graphql-env.js"),
  "api/src/type-circle-b.ts": `import type { A } from "./type-circle-a.js";\nexport interface B {\n  readonly a: A;\n}\n`,
  "api/src/circle-b.ts": `import { a } from "./circle-a.js";\nexport const b = (): unknown => a;\n`,
};

let tree: string;
const found = new Map<string, string[]>();

beforeAll(() => {
  tree = mkdtempSync(path.join(tmpdir(), "redflag-lint-"));
  cpSync(path.join(REPOSITORY, ".oxlintrc.json"), path.join(tree, ".oxlintrc.json"));
  cpSync(path.join(REPOSITORY, "tools/lint"), path.join(tree, "tools/lint"), { recursive: true });
  for (const { file, source } of Object.values(violations)) write(file, source);
  for (const [file, source] of Object.entries(allowed)) write(file, source);
  for (const { filename, code } of lint()) found.set(filename, [...(found.get(filename) ?? []), code]);
});

afterAll(() => rmSync(tree, { recursive: true, force: true }));

function write(file: string, source: string): void {
  mkdirSync(path.dirname(path.join(tree, file)), { recursive: true });
  writeFileSync(path.join(tree, file), source);
}

function lint(): { filename: string; code: string }[] {
  const run = spawnSync(process.execPath, [OXLINT, "--format=json"], { cwd: tree, encoding: "utf8" });
  return (JSON.parse(run.stdout) as { diagnostics: { filename: string; code: string }[] }).diagnostics;
}

test.each(Object.entries(violations))("lint refuses: %s", (_name, { file, rule }) => {
  expect(found.get(file)).toContain(rule);
});

test.each(Object.keys(allowed).filter((file) => !file.endsWith("circle-b.ts")))("lint allows: %s", (file) => {
  expect(found.get(file) ?? []).toEqual([]);
});

test("a refusal says which room, what it reached and why", () => {
  const run = spawnSync(process.execPath, [OXLINT, "web/src/a.ts"], { cwd: tree, encoding: "utf8" });
  expect(run.status).toBe(1);
  expect(run.stdout).toContain(
    "web may not reach api/src/a.js: the page knows the server only through schema.graphql.",
  );
});

test("lint runs without Node's type stripping, so the plugin loads on every supported Node", () => {
  expect(() =>
    execFileSync(process.execPath, ["--check", path.join(REPOSITORY, "tools/lint/oxlint-plugin.mjs")]),
  ).not.toThrow();
});
