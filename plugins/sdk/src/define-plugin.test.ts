import { expect, test } from "vitest";

import { definePlugin, isPlugin } from "./define-plugin.js";
import { isPluginError, PluginError } from "./errors.js";
import type { Manifest } from "./manifest.js";

const MANIFEST: Manifest = {
  id: "toy",
  apiVersion: 1,
  displayName: "Toy",
  ecosystem: "toy",
  platforms: ["linux"],
  versionScheme: "opaque",
  capabilities: {},
  commands: [],
};

test("a defined plugin is recognised, also from another copy of the SDK", () => {
  const plugin = definePlugin({
    manifest: MANIFEST,
    create: () => ({
      detect: async () => ({ status: "absent" }),
      scan: async () => ({ items: [], complete: true, warnings: [] }),
    }),
  });
  expect(isPlugin(plugin)).toBe(true);
  expect(isPlugin({ ...plugin })).toBe(true);
  expect(isPlugin({ manifest: MANIFEST })).toBe(false);
  expect(isPlugin(null)).toBe(false);
  expect(Object.isFrozen(plugin)).toBe(true);
});

test("a plugin error keeps code, details and cause, and knows whether a retry helps", () => {
  const cause = new Error("below");
  const error = new PluginError("LOCKED", "Wait.", { details: { pid: 7 }, cause });
  expect(error).toMatchObject({
    name: "PluginError",
    code: "LOCKED",
    retryable: true,
    details: { pid: 7 },
    cause,
  });
  expect(new PluginError("PLAN_STALE", "Plan again.").retryable).toBe(false);
  expect(new PluginError("COMMAND_FAILED", "Later.", { retryable: true }).retryable).toBe(true);
});

test("a plugin error from elsewhere is recognised by name and code", () => {
  const foreign = Object.assign(new Error("x"), { name: "PluginError", code: "OFFLINE" });
  expect(isPluginError(foreign)).toBe(true);
  expect(isPluginError(Object.assign(new Error("x"), { name: "PluginError", code: "ODD" }))).toBe(false);
  expect(isPluginError(new Error("x"))).toBe(false);
});
