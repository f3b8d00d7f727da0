import * as fc from "fast-check";
import { expect, test } from "vitest";

import type { SlotType } from "./command-rule.js";
import { isSlotValue } from "./slot-grammar.js";

const FREE_TYPES = [
  "package-name",
  "version",
  "debian-package",
  "debian-version",
  "debian-architecture",
  "integer",
] as const satisfies readonly SlotType[];

test.each([
  ["debian-package", "libc6"],
  ["debian-package", "g++-12"],
  ["debian-package", "libstdc++6"],
  ["debian-version", "1:2.36-9+deb12u10"],
  ["debian-version", "6.0~rc1"],
  ["debian-version", "0"],
  ["debian-architecture", "kfreebsd-amd64"],
  ["package-name", "NetworkManager_x.y-z"],
  ["version", "4.18.0-553.el8_10"],
  ["integer", "2147483647"],
  ["absolute-path", "/var/lib/x y"],
] as const)("%s takes %s", (type, value) => {
  expect(isSlotValue(type, value)).toBe(true);
});

test.each([
  ["debian-package", "-o"],
  ["debian-package", "foo/sid"],
  ["debian-package", "foo*"],
  ["debian-package", "^task"],
  ["debian-package", "?name(x)"],
  ["debian-package", "~nfoo"],
  ["debian-package", "foo=1"],
  ["debian-package", "foo:amd64"],
  ["debian-package", "Foo"],
  ["debian-package", ""],
  ["debian-version", "1.0-"],
  ["debian-version", "1.0+"],
  ["debian-version", "a1"],
  ["debian-version", "1:"],
  ["debian-version", "x:1"],
  ["debian-version", "99999999999:1"],
  ["debian-version", "1.0*"],
  ["integer", "-1"],
  ["integer", "01"],
  ["integer", "2147483648"],
  ["absolute-path", "/a/../b"],
  ["absolute-path", "a"],
  ["absolute-path", "/a\nb"],
  ["absolute-path", "/a\u009bb"],
] as const)("%s refuses %j", (type, value) => {
  expect(isSlotValue(type, value)).toBe(false);
});

test("a choice is one of its choices and nothing else", () => {
  expect(isSlotValue("choice", "upgrade", ["upgrade", "dist-upgrade"])).toBe(true);
  expect(isSlotValue("choice", "remove", ["upgrade", "dist-upgrade"])).toBe(false);
  expect(isSlotValue("choice", "upgrade")).toBe(false);
});

test("B1 B4 no accepted value starts like a flag or holds anything that a shell, apt or a terminal would read", () => {
  const hostile = fc.string({ unit: fc.constantFrom(..."a1-+./:~=*?^$`'\"\\;|&<>(){}[]!#% \n\t\r\0\u001b") });
  fc.assert(
    fc.property(
      fc.constantFrom(...FREE_TYPES),
      fc.oneof(hostile, fc.string({ unit: "binary" })),
      (type, value) => {
        if (!isSlotValue(type, value)) return;
        expect(value).toMatch(/^[A-Za-z0-9][A-Za-z0-9.+~:^_-]*$/);
      },
    ),
    { numRuns: 2000 },
  );
});
