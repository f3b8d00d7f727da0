import * as fc from "fast-check";
import { isPluginError } from "@redflag/plugin-sdk";
import { expect, test } from "vitest";

import { parseSimulation } from "./parse-simulation.js";

const REAL = `NOTE: This is only a simulation!
      apt-get needs root privileges for real execution.
Reading package lists...
Building dependency tree...
The following packages have been kept back:
  toy-held toy-kept:i386
  toy-third
The following upgrades have been deferred due to phasing:
  toy-phased
The following packages will be REMOVED:
  toy-victim
4 upgraded, 1 newly installed, 1 to remove and 2 not upgraded.
1 not fully installed or removed.
Remv toy-victim [1.0]
Inst libc6:i386 [2.36-9] (2.36-9+deb12u1 Debian:12.1/stable, Debian-Security:12/stable-security [i386]) []
Inst libc6 [2.36-9] (2.36-9+deb12u1 Debian:12.1/stable, Debian-Security:12/stable-security [amd64]) [libc6:i386 ]
Inst docker-ce [5:27.0.1-1~debian.12] (5:27.0.2-1~debian.12 Docker CE:bookworm [amd64])
Inst toy-newdep (1.0 Toy:stable [all])
Inst local-only [1] (2 [all])
Conf libc6 (2.36-9+deb12u1 Debian:12.1/stable, Debian-Security:12/stable-security [amd64])
`;

function outcomeOf(text: string): unknown {
  try {
    return parseSimulation(text);
  } catch (error) {
    if (isPluginError(error)) return error.code;
    throw error;
  }
}

test("every shape of a line is read", () => {
  expect(parseSimulation(REAL)).toEqual({
    keptBack: ["toy-held", "toy-kept:i386", "toy-third", "toy-phased"],
    removals: [{ key: "toy-victim", name: "toy-victim", installed: "1.0" }],
    installs: [
      {
        key: "libc6:i386",
        name: "libc6",
        arch: "i386",
        installed: "2.36-9",
        candidate: "2.36-9+deb12u1",
        origins: ["Debian:12.1/stable", "Debian-Security:12/stable-security"],
      },
      {
        key: "libc6",
        name: "libc6",
        arch: "amd64",
        installed: "2.36-9",
        candidate: "2.36-9+deb12u1",
        origins: ["Debian:12.1/stable", "Debian-Security:12/stable-security"],
      },
      {
        key: "docker-ce",
        name: "docker-ce",
        arch: "amd64",
        installed: "5:27.0.1-1~debian.12",
        candidate: "5:27.0.2-1~debian.12",
        origins: ["Docker CE:bookworm"],
      },
      {
        key: "toy-newdep",
        name: "toy-newdep",
        arch: "all",
        installed: null,
        candidate: "1.0",
        origins: ["Toy:stable"],
      },
      { key: "local-only", name: "local-only", arch: "all", installed: "1", candidate: "2", origins: [] },
    ],
  });
});

test("up to date is said by the summary, never by silence", () => {
  const upToDate =
    "Reading package lists...\n0 upgraded, 0 newly installed, 0 to remove and 3 not upgraded.\n";
  expect(parseSimulation(upToDate)).toEqual({ installs: [], removals: [], keptBack: [] });
  expect(outcomeOf("")).toBe("UNPARSABLE_OUTPUT");
  expect(outcomeOf("Reading package lists...\n")).toBe("UNPARSABLE_OUTPUT");
});

test("a reinstallation and a downgrade are counted", () => {
  const summary =
    "0 upgraded, 0 newly installed, 1 reinstalled, 1 downgraded, 0 to remove and 0 not upgraded.\n";
  const text = `${summary}Inst a1 [1] (1 X:s [all])\nInst b1 [2] (1 X:s [all])\n`;
  expect(parseSimulation(text).installs).toHaveLength(2);
});

test.each([
  ["de", "3 aktualisiert, 0 neu installiert, 0 zu entfernen und 0 nicht aktualisiert."],
  ["tr", "3 yükseltilecek, 0 yeni kurulacak, 0 kaldırılacak ve 0 yükseltilmeyecek."],
  ["ja", "アップグレード: 3 個、新規インストール: 0 個、削除: 0 個、保留: 0 個。"],
])("B10 localised output (%s) is refused instead of guessed", (_language, summary) => {
  expect(outcomeOf(`${summary}\n`)).toBe("UNPARSABLE_OUTPUT");
});

test.each([
  "Inst -oAPT::x=sh [1] (2 X:s [all])",
  "Inst foo;sh [1] (2 X:s [all])",
  "Inst ../foo [1] (2 X:s [all])",
  "Inst foo [$(id)] (2 X:s [all])",
  "Inst foo [1] (`id` X:s [all])",
  "Inst foo [1] (2 X:s [al l])",
  "Inst foo [1] 2",
  "Inst foo",
  "Inst ",
  "Remv foo",
  "Remv foo 1.0",
])("B1 B4 a hostile or unknown line is refused: %s", (line) => {
  expect(outcomeOf(`1 upgraded, 0 newly installed, 0 to remove and 0 not upgraded.\n${line}\n`)).toBe(
    "UNPARSABLE_OUTPUT",
  );
});

test("S5 no cut ever leaves fewer updates", () => {
  const whole = parseSimulation(REAL);
  fc.assert(
    fc.property(fc.nat(REAL.length), (end) => {
      const outcome = outcomeOf(REAL.slice(0, end));
      expect(outcome === "UNPARSABLE_OUTPUT" || JSON.stringify(outcome) === JSON.stringify(whole)).toBe(true);
    }),
    { numRuns: 500 },
  );
});

test("S5 no lost line ever leaves fewer updates", () => {
  const lines = REAL.split("\n");
  const { installs, removals } = parseSimulation(REAL);
  const outcomes = lines.map((_, index) => outcomeOf(lines.toSpliced(index, 1).join("\n")));
  const read = outcomes.filter((outcome) => outcome !== "UNPARSABLE_OUTPUT");
  for (const outcome of read) expect(outcome).toMatchObject({ installs, removals });
  expect(read.length).toBeLessThan(lines.length);
});

test("any bytes give a result or UNPARSABLE_OUTPUT, also a megabyte on one line", () => {
  const noise = fc.string({ unit: fc.constantFrom(..."Inst Remv()[]: \n012.,-~a") });
  fc.assert(
    fc.property(fc.oneof(noise, fc.string({ unit: "binary" })), (text) => {
      outcomeOf(`${REAL}${text}`);
      outcomeOf(text);
    }),
  );
  for (const piece of ["[", "(", "])", " ", "1 upgraded, ", "a"]) {
    expect(outcomeOf(`Inst ${piece.repeat(1_000_000 / piece.length)}`)).toBe("UNPARSABLE_OUTPUT");
  }
});
