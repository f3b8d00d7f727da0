import { spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

import { BUNDLED_NODE, recordInstall } from "./install-needed.mjs";

const REPOSITORY = path.resolve(import.meta.dirname, "../..");
let root: string;

const write = (file: string, text: string): void => {
  mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
  writeFileSync(path.join(root, file), text);
};

/** A checkout as small as it can be: the real compiler and bundler, four workspaces of one file each. */
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), "redflag-checkout-"));
  cpSync(path.join(REPOSITORY, "tools/prepare"), path.join(root, "tools/prepare"), { recursive: true });
  write("package.json", `{ "name": "small", "private": true, "type": "module" }`);
  write(
    "package-lock.json",
    `{ "name": "small", "lockfileVersion": 3, "requires": true, "packages": { "": { "name": "small" } } }`,
  );
  const compilerOptions = { composite: true, rootDir: "src", outDir: "dist", module: "nodenext", types: [] };
  for (const workspace of ["plugins/apt", "agent-core", "api"]) {
    write(`${workspace}/tsconfig.json`, JSON.stringify({ compilerOptions, include: ["src"] }));
    write(`${workspace}/src/main.ts`, "export const one: number = 1;\n");
  }
  write("web/index.html", "<!doctype html><title>small</title>");
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function linkTools(): void {
  for (const name of ["typescript", "@typescript", "vite"]) {
    mkdirSync(path.join(root, "node_modules"), { recursive: true });
    symlinkSync(path.join(REPOSITORY, "node_modules", name), path.join(root, "node_modules", name));
  }
  const node = path.join(root, BUNDLED_NODE[`${process.platform}-${process.arch}`] ?? "", "bin/node");
  mkdirSync(path.dirname(node), { recursive: true });
  symlinkSync(process.execPath, node);
  write("node_modules/.package-lock.json", `{ "packages": {} }`);
  recordInstall(root);
}

function prepare(env: NodeJS.ProcessEnv = {}): { status: number | null; output: string } {
  const script = path.join(root, "tools/prepare/prepare.mjs");
  const run = spawnSync(process.execPath, [script], { encoding: "utf8", env: { ...process.env, ...env } });
  return { status: run.status, output: run.stdout + run.stderr };
}

test("builds once, then has nothing to say until a source changes", () => {
  linkTools();
  const first = prepare();
  expect(first).toMatchObject({ status: 0, output: expect.stringContaining("built in") });
  expect(existsSync(path.join(root, "api/dist/main.js"))).toBe(true);
  expect(existsSync(path.join(root, "web/dist/index.html"))).toBe(true);
  expect(prepare()).toEqual({ status: 0, output: "" });
  write("api/src/main.ts", "export const two: number = 2;\n");
  expect(prepare().output).toContain("built in");
});

test("outputs that somebody deleted are made again", () => {
  linkTools();
  prepare();
  rmSync(path.join(root, "agent-core/dist"), { recursive: true });
  expect(prepare().status).toBe(0);
  expect(existsSync(path.join(root, "agent-core/dist/main.js"))).toBe(true);
});

test("a compile error is shown, fails the start, and is not remembered as built", () => {
  linkTools();
  write("api/src/main.ts", `export const one: number = "one";\n`);
  const failed = prepare();
  expect(failed.status).toBe(1);
  expect(failed.output).toContain("TS2322");
  expect(failed.output).toContain("Something went wrong while building; the lines above say what.");
  expect(prepare().status).toBe(1);
});

test("without a registry: npm's own words and one sentence", () => {
  const packages = { "": { name: "small", dependencies: { absent: "1.0.0" } } };
  const absent = {
    version: "1.0.0",
    resolved: "http://127.0.0.1:9/absent-1.0.0.tgz",
    integrity: "sha512-AAAA",
  };
  write("package.json", `{ "name": "small", "private": true, "dependencies": { "absent": "1.0.0" } }`);
  const lockfile = {
    lockfileVersion: 3,
    requires: true,
    packages: { ...packages, "node_modules/absent": absent },
  };
  write("package-lock.json", JSON.stringify({ name: "small", ...lockfile }));
  const failed = prepare({ npm_config_registry: "http://127.0.0.1:9/", npm_config_fetch_retries: "0" });
  expect(failed.status).toBe(1);
  expect(failed.output).toContain("ECONNREFUSED");
  expect(failed.output).toContain("The npm registry cannot be reached, and packages are missing.");
});

test.runIf(process.getuid)("a checkout of somebody else", () => {
  chmodSync(root, 0o555);
  const script = JSON.stringify(path.join(root, "tools/prepare/prepare.mjs"));
  const asNobody = `if (process.getuid() === 0) { process.setgid(65534); process.setuid(65534); } await import(${script});`;
  const run = spawnSync(process.execPath, ["--input-type=module", "-e", asNobody], { encoding: "utf8" });
  chmodSync(root, 0o755);
  expect(run.stderr).toContain("This user may not write in");
  expect(run.status).toBe(1);
});
