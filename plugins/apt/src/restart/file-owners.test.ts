import fc from "fast-check";
import { expect, test } from "vitest";

import { namesOf, parseOwners } from "./file-owners.js";
import { groupRestarts } from "./group-restarts.js";

test("a file is asked for by every name that dpkg may know it by, the exact one first", () => {
  expect(namesOf("/usr/lib/x86_64-linux-gnu/libz.so.1.2.13")).toEqual([
    "/usr/lib/x86_64-linux-gnu/libz.so.1.2.13",
    "/lib/x86_64-linux-gnu/libz.so.1.2.13",
    "/usr/lib/x86_64-linux-gnu/libz.so.1.2",
    "/lib/x86_64-linux-gnu/libz.so.1.2",
    "/usr/lib/x86_64-linux-gnu/libz.so.1",
    "/lib/x86_64-linux-gnu/libz.so.1",
  ]);
  expect(namesOf("/lib/systemd/systemd")).toEqual(["/lib/systemd/systemd", "/usr/lib/systemd/systemd"]);
  expect(namesOf("/opt/x/prog.dpkg-tmp")).toEqual(["/opt/x/prog"]);
  expect(namesOf("/usr/bin/[")).toEqual([]);
});

test("dpkg's answer is read by path, with the architecture only where it is foreign", () => {
  const stdout = [
    "libz1:amd64: /lib/x86_64-linux-gnu/libz.so.1",
    "libz1:i386: /lib/i386-linux-gnu/libz.so.1",
    "a, b:amd64: /usr/share/shared: with colon",
    "diversion by dash from: /bin/sh",
    "dpkg-query: no path found matching pattern /x",
    "",
  ].join("\n");
  expect([...parseOwners(stdout, "amd64")]).toEqual([
    ["/lib/x86_64-linux-gnu/libz.so.1", ["libz1"]],
    ["/lib/i386-linux-gnu/libz.so.1", ["libz1:i386"]],
    ["/usr/share/shared: with colon", ["a", "b"]],
  ]);
});

test("no path and no answer breaks them, and no name is a pattern or an option", () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 300 }), (text) => {
      for (const name of namesOf(`/${text}`)) expect(name).toMatch(/^\/[^*?[\]\\]*$/su);
      for (const file of parseOwners(text, "amd64").keys()) expect(file.startsWith("/")).toBe(true);
    }),
  );
});

const owners = new Map([
  ["/a", ["lib-a"]],
  ["/b", ["lib-b", "lib-a"]],
]);
const unit = { kind: "service", name: "x.service" } as const;

test("one restart for each unit, the same in whatever order its processes are found", () => {
  const processes = [
    { pid: 1, name: "worker", files: ["/b", "/none"], unit },
    { pid: 2, name: "main", files: ["/a"], unit },
    { pid: 3, name: "other", files: ["/none"], unit: { kind: "session", name: "user-1000.slice" } },
  ] as const;
  const expected = [
    {
      kind: "service",
      name: "x.service",
      keys: ["lib-a", "lib-b"],
      reason: "main, worker run code of lib-a, lib-b from before the last update.",
    },
  ];
  expect(groupRestarts(processes, owners)).toEqual(expected);
  expect(groupRestarts(processes.toReversed(), owners)).toEqual(expected);
});
