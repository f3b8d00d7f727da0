import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

import { fingerprint, judgeBuild, listInputs, OUTPUTS, recordBuild } from "./build-stamp.mjs";

let root: string;
const write = (file: string, text = file): void => {
  mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
  writeFileSync(path.join(root, file), text);
};

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), "redflag-stamp-"));
  for (const file of [
    "package-lock.json",
    "schema.graphql",
    "api/src/main.ts",
    "web/src/main.tsx",
    ...OUTPUTS,
  ])
    write(file);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

test("without a stamp, outputs of unknown origin are stale", () => {
  expect(judgeBuild(root)).toBe("stale");
});

test("a recorded build is fresh", () => {
  recordBuild(root, fingerprint(root));
  expect(judgeBuild(root)).toBe("fresh");
});

test("new times with the same contents are fresh", () => {
  recordBuild(root, fingerprint(root));
  utimesSync(path.join(root, "api/src/main.ts"), new Date(), new Date("2099-01-01"));
  expect(judgeBuild(root)).toBe("fresh");
});

test.each(["api/src/main.ts", "schema.graphql", "package-lock.json"])("a change of %s is stale", (file) => {
  recordBuild(root, fingerprint(root));
  write(file, "changed");
  expect(judgeBuild(root)).toBe("stale");
});

test("a new and a removed source are stale", () => {
  recordBuild(root, fingerprint(root));
  write("plugins/apt/src/new.ts");
  expect(judgeBuild(root)).toBe("stale");
  recordBuild(root, fingerprint(root));
  rmSync(path.join(root, "plugins/apt/src/new.ts"));
  expect(judgeBuild(root)).toBe("stale");
});

test.each(OUTPUTS)("a missing %s is stale", (output) => {
  recordBuild(root, fingerprint(root));
  rmSync(path.join(root, output));
  expect(judgeBuild(root)).toBe("stale");
});

test("a change while the build ran is stale afterwards", () => {
  const before = fingerprint(root);
  write("api/src/main.ts", "edited meanwhile");
  recordBuild(root, before);
  expect(judgeBuild(root)).toBe("stale");
});

test("tests, outputs and installed packages are no inputs", () => {
  write("api/src/main.test.ts");
  write("api/node_modules/x/index.js");
  write("api/tsconfig.tsbuildinfo");
  expect(listInputs(root)).toEqual([
    "api/src/main.ts",
    "package-lock.json",
    "schema.graphql",
    "web/src/main.tsx",
  ]);
});
