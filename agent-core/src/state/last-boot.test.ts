import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { noteBoot } from "./last-boot.js";
import { removeStateFolder } from "./remove-state.js";
import { StateFolder } from "./state-folder.js";

let root: string;
let folder: StateFolder;
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), "redflag-boot-"));
  folder = new StateFolder(root);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

test("a new start of the machine is noticed once", async () => {
  expect(await noteBoot(folder, "one")).toEqual({ bootId: "one", isNewBoot: false });
  expect(await noteBoot(folder, "one")).toEqual({ bootId: "one", isNewBoot: false });
  expect(await noteBoot(folder, "two")).toEqual({ bootId: "two", isNewBoot: true });
  expect(await noteBoot(folder, "two")).toEqual({ bootId: "two", isNewBoot: false });
});

test("where nothing is known of the time before, or of now, nothing is claimed", async () => {
  expect(await noteBoot(folder, null)).toEqual({ bootId: null, isNewBoot: false });
  expect(existsSync(folder.lastBoot)).toBe(false);
  for (const damaged of ["", "{", "null", '{"bootId":7}']) {
    writeFileSync(folder.lastBoot, damaged);
    expect(await noteBoot(folder, "one"), damaged).toEqual({ bootId: "one", isNewBoot: false });
  }
});

test("a state folder that holds anything else is not removed", async () => {
  mkdirSync(path.join(root, "locks"));
  writeFileSync(path.join(root, "journal.log"), "");
  writeFileSync(path.join(root, "holiday.jpg"), "");
  await expect(removeStateFolder(folder)).rejects.toThrow("holds other things (holiday.jpg)");
  expect(existsSync(path.join(root, "journal.log"))).toBe(true);
  rmSync(path.join(root, "holiday.jpg"));
  await removeStateFolder(folder);
  expect(existsSync(root)).toBe(false);
});
