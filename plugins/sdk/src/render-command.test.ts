import * as fc from "fast-check";
import { expect, test } from "vitest";

import type { CommandRule } from "./command-rule.js";
import { isPluginError } from "./errors.js";
import { renderCommand } from "./render-command.js";

const RULE = {
  name: "install",
  purpose: "Installs exact versions.",
  file: "/usr/bin/tool",
  argv: [
    "install",
    { kind: "slot", name: "timeout", type: "integer", prefix: "--timeout=", optional: true },
    {
      kind: "when",
      name: "offline",
      args: ["--offline", { kind: "host", from: "data-dir", type: "absolute-path" }],
    },
    {
      kind: "tuple",
      name: "packages",
      fields: [
        { name: "name", type: "debian-package" },
        { name: "arch", type: "debian-architecture", prefix: ":", optional: true },
        { name: "version", type: "debian-version", prefix: "=" },
      ],
      repeated: { min: 1, max: 3 },
    },
  ],
  privilege: "root",
  mutates: true,
  env: {
    MODE: "batch",
    TOOL_CONFIG: { kind: "host", from: { setting: "root" }, type: "absolute-path", suffix: "/tool.conf" },
  },
} as const satisfies CommandRule;

const HOST = { config: {}, dataDir: "/data/tool" };
const ONE = [{ name: "foo", version: "1.0" }];

function refusal(
  slots: Parameters<typeof renderCommand>[1],
  host: Parameters<typeof renderCommand>[2] = HOST,
) {
  try {
    renderCommand(RULE, slots, host);
  } catch (error) {
    if (isPluginError(error)) return `${error.code} ${error.message}`;
  }
  return "accepted";
}

test("slots, tuples and fixed environment become one argument each", () => {
  const packages = [
    { name: "foo", arch: "amd64", version: "1:1.0" },
    { name: "bar", version: "2" },
  ];
  expect(renderCommand(RULE, { timeout: 30, packages }, HOST)).toEqual({
    file: "/usr/bin/tool",
    argv: ["install", "--timeout=30", "foo:amd64=1:1.0", "bar=2"],
    env: { MODE: "batch" },
  });
});

test("conditional arguments and host values appear when they apply", () => {
  const host = { config: { root: "/srv/root" }, dataDir: "/data/tool" };
  const rendered = renderCommand(RULE, { offline: true, packages: ONE }, host);
  expect(rendered.argv).toEqual(["install", "--offline", "/data/tool", "foo=1.0"]);
  expect(rendered.env).toEqual({ MODE: "batch", TOOL_CONFIG: "/srv/root/tool.conf" });
});

test("slots inside conditional arguments are needed only when these apply", () => {
  const rule = {
    ...RULE,
    argv: [{ kind: "when", name: "since", args: [{ kind: "slot", name: "day", type: "integer" }] }],
  } as const satisfies CommandRule;
  expect(renderCommand(rule, {}, HOST).argv).toEqual([]);
  expect(renderCommand(rule, { since: false, day: 7 }, HOST).argv).toEqual([]);
  expect(renderCommand(rule, { since: true, day: 7 }, HOST).argv).toEqual(["7"]);
  expect(() => renderCommand(rule, { since: true }, HOST)).toThrow("day needs one text or number");
});

test("the shape of slots is checked", () => {
  expect(refusal({})).toBe("INTERNAL Rule install: packages must be a list.");
  expect(refusal({ packages: [] })).toBe("INTERNAL Rule install: packages needs 1 to 3 entries, not 0.");
  expect(refusal({ packages: ONE, extra: "x" })).toBe(
    "INTERNAL Rule install: extra is not a slot of this rule.",
  );
  expect(refusal({ packages: ONE, offline: "yes" })).toBe(
    "INTERNAL Rule install: offline must be a boolean.",
  );
  expect(refusal({ packages: [{ name: "foo" }] })).toMatch(/^INTERNAL .*packages\.version/);
  expect(refusal({ packages: [{ ...ONE[0], flag: "x" }] })).toMatch(/^INTERNAL .*has no field flag/);
});

test("a hostile setting is refused", () => {
  expect(refusal({ packages: ONE }, { config: { root: "relative" }, dataDir: "/d" })).toMatch(/^UNSUPPORTED/);
});

test("B1 B2 B4 X1 whatever fills a slot, there are as many arguments as patterns and none is a new flag", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (name, version) => {
      let argv: readonly string[];
      try {
        argv = renderCommand(RULE, { packages: [{ name, version }] }, HOST).argv;
      } catch (error) {
        expect(isPluginError(error) && error.code).toBe("UNSUPPORTED");
        return;
      }
      expect(argv).toHaveLength(2);
      expect(argv[1]).toMatch(/^[a-z0-9][^\s]*=[0-9][^\s]*$/);
    }),
  );
});
