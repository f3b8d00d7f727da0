import { isPlugin } from "@redflag/plugin-sdk";
import { expect, test } from "vitest";

import packageJson from "../package.json" with { type: "json" };
import { configSchema } from "./config.js";
import plugin from "./index.js";
import { manifest } from "./manifest.js";

test("M1 the manifest is the redflag field of package.json", () => {
  expect(packageJson.redflag).toEqual(JSON.parse(JSON.stringify(manifest)));
});

test("M3 every capability has its method, and no method is without one", () => {
  expect(isPlugin(plugin)).toBe(true);
  const source = plugin.create({} as never);
  expect(Object.keys(source).toSorted()).toEqual([
    "detect",
    "hold",
    "install",
    "plan",
    "releaseNotes",
    "rollback",
    "scan",
    "verify",
  ]);
  expect(manifest.capabilities.rollback).toBe("previous-version");
});

test("only an installation, a hold and a rollback change the machine, and only as root", () => {
  const mutating = manifest.commands.filter(({ mutates }) => mutates === true);
  expect(mutating.map(({ name, privilege }) => `${name} ${privilege}`)).toEqual([
    "change-holds root",
    "download root",
    "install root",
    "make-incoming root",
    "fetch-previous root",
    "copy-cached root",
    "copy-kept root",
    "keep-incoming root",
    "drop-kept root",
    "roll-back root",
    "mark-manual root",
  ]);
});

test("the configuration names what is wrong and what there is", async () => {
  const issuesOf = async (value: unknown) => (await configSchema["~standard"].validate(value)).issues ?? [];
  expect(await issuesOf(undefined)).toEqual([]);
  expect(await issuesOf({ rootDir: "/srv/root", lockTimeoutSeconds: 10 })).toEqual([]);
  expect(await issuesOf({ rootdir: "/x" })).toMatchObject([{ path: ["rootdir"] }]);
  expect(await issuesOf({ rootDir: "srv/root" })).toMatchObject([{ path: ["rootDir"] }]);
  expect(await issuesOf({ lockTimeoutSeconds: -1 })).toMatchObject([{ path: ["lockTimeoutSeconds"] }]);
  expect(await issuesOf({ keptMebibytes: 0, keptDays: 1 })).toEqual([]);
  expect(await issuesOf({ keptMebibytes: -1, keptDays: 0 })).toMatchObject([
    { path: ["keptMebibytes"], message: "must be a whole number of MiB from 0 to 1048576" },
    { path: ["keptDays"], message: "must be a whole number of days from 1 to 3650" },
  ]);
  expect(await issuesOf([])).toHaveLength(1);
});
