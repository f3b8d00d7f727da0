import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { checkBundledNode } from "./bundled-node.mjs";
import { BUNDLED_NODE } from "./install-needed.mjs";

const OLD = { version: "20.20.2", execPath: process.execPath };
const NEW = { version: "24.1.0", execPath: process.execPath };

describe.skipIf(process.platform === "win32")("the Node that came with the packages", () => {
  let root: string;
  let link: string;
  let executable: string;
  const said: string[] = [];

  beforeEach(() => {
    root = mkdtempSync(path.join(tmpdir(), "redflag-node-"));
    link = path.join(root, "node_modules/.bin/node");
    executable = path.join(root, BUNDLED_NODE[`${process.platform}-${process.arch}`] ?? "", "bin/node");
    for (const file of [link, executable]) mkdirSync(path.dirname(file), { recursive: true });
    symlinkSync(executable, link);
    said.length = 0;
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const check = (running: typeof OLD): string => checkBundledNode(root, (line) => said.push(line), running);
  const broken = (words: string): void => {
    writeFileSync(executable, `#!/bin/sh\necho "${words}" >&2\nexit 127\n`);
    chmodSync(executable, 0o755);
  };

  test("is used when it runs", () => {
    symlinkSync(process.execPath, executable);
    expect(check(OLD)).toBe(executable);
    expect(said).toEqual([]);
  });

  test("is not installed: one sentence says what to do", () => {
    expect(() => check(OLD)).toThrow(
      /brings its own Node, but the npm package with Node for \S+ is not installed\. Install Node 24 or later yourself/,
    );
  });

  test("is not installed, but this machine's Node is new enough", () => {
    expect(check(NEW)).toBe(process.execPath);
    expect(said).toEqual([expect.stringContaining("using the Node 24.1.0 of this machine instead")]);
  });

  test("lacks a library: the sentence names the package, and the broken Node is out of npm's way", () => {
    broken("node: error while loading shared libraries: libatomic.so.1: cannot open shared object file");
    expect(() => check(OLD)).toThrow(
      "needs the library libatomic.so.1, which this machine lacks (Debian and Ubuntu: apt-get install libatomic1",
    );
    expect(lstatSync(link, { throwIfNoEntry: false })).toBeUndefined();
  });

  test("is used again once the library is there", () => {
    broken("node: error while loading shared libraries: libatomic.so.1: cannot open shared object file");
    expect(() => check(OLD)).toThrow("libatomic");
    rmSync(executable);
    symlinkSync(process.execPath, executable);
    expect(check(OLD)).toBe(executable);
    expect(realpathSync(link)).toBe(realpathSync(process.execPath));
  });

  test("does not run for another reason: its own words are shown", () => {
    broken("version GLIBC_2.28 not found");
    expect(() => check(OLD)).toThrow("it does not run on this machine (version GLIBC_2.28 not found)");
  });
});
