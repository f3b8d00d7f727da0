import fc from "fast-check";
import { expect, test } from "vitest";
import { unitOf } from "./parse-cgroup.js";
import { replacedFiles } from "./parse-maps.js";

const segment = (permissions: string, file: string): string =>
  `7f3c1a000000-7f3c1a028000 ${permissions} 00000000 fe:00 1234      ${file}`;

test("only code of files that are gone counts", () => {
  const maps = [
    segment("r-xp", "/usr/lib/x86_64-linux-gnu/libssl.so.3 (deleted)"),
    segment("r--p", "/usr/lib/x86_64-linux-gnu/libssl.so.3 (deleted)"),
    segment("r-xp", "/usr/lib/x86_64-linux-gnu/libc.so.6"),
    segment("r--p", "/usr/share/fonts/dejavu.ttf (deleted)"),
    segment("r-xp", "/usr/lib/with space (deleted)/lib.so (deleted)"),
    segment("r-xp", "/usr/sbin/nginx (deleted)"),
    "7ffd0e5f2000-7ffd0e613000 rw-p 00000000 00:00 0                          [stack]",
    "7ffd0e5f2000-7ffd0e613000 r-xp 00000000 00:00 0 ",
  ].join("\n");
  expect(replacedFiles(`${maps}\n`)).toEqual([
    "/usr/lib/with space (deleted)/lib.so",
    "/usr/lib/x86_64-linux-gnu/libssl.so.3",
    "/usr/sbin/nginx",
  ]);
});

test.each(["/memfd:pulse", "/dev/shm/x", "/dev/zero", "/SYSV00000000", "/[aio]", "/drm mm object"])(
  "%s is no file",
  (file) => expect(replacedFiles(segment("rwxp", `${file} (deleted)`))).toEqual([]),
);

const file = fc
  .array(fc.stringMatching(/^[!-.0-~ ]{1,12}$/), { minLength: 1, maxLength: 4 })
  .map((parts) => `/usr/${parts.join("/")}`);
const line = fc.record({ file, isCode: fc.boolean(), isGone: fc.boolean() });

test("over random maps exactly the code of what is gone is named, once and in order", () => {
  fc.assert(
    fc.property(fc.array(line), (lines) => {
      const text = lines
        .map((one) => segment(one.isCode ? "r-xp" : "rw-p", `${one.file}${one.isGone ? " (deleted)" : ""}`))
        .join("\n");
      const isMarked = (one: (typeof lines)[number]) => one.isGone || one.file.endsWith(" (deleted)");
      const bare = (one: (typeof lines)[number]) =>
        one.isGone ? one.file : one.file.slice(0, -" (deleted)".length);
      const expected = lines.filter((one) => one.isCode && isMarked(one)).map(bare);
      expect(replacedFiles(text)).toEqual([...new Set(expected)].toSorted());
    }),
  );
});

test("no text breaks a parser", () => {
  const hostile = fc.oneof(fc.string({ maxLength: 400 }), fc.string({ unit: "binary", maxLength: 400 }));
  fc.assert(
    fc.property(hostile, (text) => {
      expect(Array.isArray(replacedFiles(`${text} (deleted)`))).toBe(true);
      const unit = unitOf(text);
      expect(unit === null || unit.name !== "").toBe(true);
    }),
  );
});

test.each([
  ["0::/system.slice/ssh.service\n", { kind: "service", name: "ssh.service" }],
  ["0::/system.slice/system-getty.slice/getty@tty1.service", { kind: "service", name: "getty@tty1.service" }],
  ["0::/system.slice/foo.service/payload/bar.service", { kind: "service", name: "foo.service" }],
  ["9:name=systemd:/system.slice/cron.service\n1:cpu:/\n0::/\n", { kind: "service", name: "cron.service" }],
  ["0::/user.slice/user-1000.slice/session-3.scope", { kind: "session", name: "user-1000.slice" }],
  [
    "0::/user.slice/user-1000.slice/user@1000.service/app.slice/x.service",
    { kind: "session", name: "user-1000.slice" },
  ],
  ["0::/init.scope", { kind: "system", name: "init.scope" }],
  ["0::/system.slice/dbus.service", { kind: "system", name: "dbus.service" }],
  ["0::/", null],
  ["9:name=systemd:/\n0::/", null],
  ["", null],
])("the unit of %j", (cgroup, unit) => expect(unitOf(cgroup)).toEqual(unit));
