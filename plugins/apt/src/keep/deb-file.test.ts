import * as fc from "fast-check";
import { expect, test } from "vitest";

import { archesOf, debFileName, debSlots, parseDebFileName } from "./deb-file.js";

const NAME = fc.stringMatching(/^[a-z0-9][a-z0-9+.-]{1,20}$/);
const UPSTREAM = fc.stringMatching(/^[0-9][A-Za-z0-9.+~-]{0,10}[A-Za-z0-9]$/);
const VERSION = fc
  .tuple(fc.option(fc.nat(9999)), UPSTREAM)
  .map(([epoch, upstream]) => (epoch === null ? upstream : `${epoch}:${upstream}`));
const ARCH = fc.constantFrom("all", "amd64", "i386", "armhf", "kfreebsd-amd64");

test("a file's name says name, version and architecture, there and back", () => {
  fc.assert(
    fc.property(NAME, VERSION, ARCH, (name, version, arch) => {
      const deb = { name, version, arch };
      const fileName = debFileName(deb);
      expect(parseDebFileName(fileName)).toEqual(deb);
      const { epoch = "", ...slots } = debSlots(deb) ?? {};
      const prefix = epoch === "" ? "" : `_${epoch}`;
      expect(`${name}${prefix}${slots["mark"]}${slots["version"]}_${arch}${slots["end"]}`).toBe(fileName);
    }),
  );
});

test("B2 B4 anything else is no file of a package, and nothing in it throws", () => {
  const hostile = [
    "",
    ".deb",
    "a_1_all",
    "a_1_all.deb.sh",
    "-o_1_all.deb",
    "a_1_all_x.deb",
    "../a_1_all.deb",
  ];
  const worse = ["a_$(id)_all.deb", "a_1:2_;.deb", "a_01%3a2_all.deb", "a_1%3a2%3a3_all.deb", "A_1_all.deb"];
  expect([...hostile, ...worse].map((name) => parseDebFileName(name))).toEqual(
    [...hostile, ...worse].map(() => null),
  );
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const deb = parseDebFileName(text);
      if (deb !== null) expect(text.replaceAll(":", "%3a")).toBe(debFileName(deb));
    }),
  );
});

test("a key names the architecture only when it is foreign", () => {
  expect(archesOf("a:i386", "amd64")).toEqual(["i386"]);
  expect(archesOf("a", "amd64")).toEqual(["amd64", "all"]);
});
