import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { makeFolder } from "./make-folder.js";

let root: string;
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), "redflag-folder-"));
});
afterEach(() => rm(root, { recursive: true, force: true }));

test("a folder is made with those above it, and one that is there is left", async () => {
  const folder = path.join(root, "a/b/c");
  await makeFolder(folder);
  await makeFolder(folder);
  expect((await stat(folder)).isDirectory()).toBe(true);
});

test("a file in the way is an error", async () => {
  const file = path.join(root, "file");
  await writeFile(file, "");
  await expect(makeFolder(file)).rejects.toMatchObject({ code: "EEXIST" });
  await expect(makeFolder(path.join(file, "below"))).rejects.toMatchObject({ code: "ENOTDIR" });
});

test.runIf(process.platform === "linux")("below /proc it ends, with an error", async () => {
  await expect(makeFolder("/proc/nope/below")).rejects.toMatchObject({ code: "ENOENT" });
});
