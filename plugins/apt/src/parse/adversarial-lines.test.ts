import { isPluginError } from "@redflag/plugin-sdk";
import { describe, expect, test } from "vitest";

import { readToken } from "../plan/plan-token.js";
import { changeBeyondUpgrade } from "../scan/needs-more.js";
import { isSecurityOrigin } from "./origin.js";
import { newerEntries } from "./parse-changelog.js";
import { parseInstalled } from "./parse-installed.js";
import { parseNeedrestart } from "./parse-needrestart.js";
import { parsePolicy } from "./parse-policy.js";
import { parseRecords } from "./parse-records.js";
import { parseSimulation } from "./parse-simulation.js";
import { parseStatusLine } from "./parse-status-line.js";
import { parseUnits } from "./parse-units.js";
import { parseUris } from "./parse-uris.js";

const PARSERS: Readonly<Record<string, (text: string) => unknown>> = {
  changelog: (text) => newerEntries(text, "1.0"),
  installed: (text) => parseInstalled(text, "amd64"),
  needrestart: parseNeedrestart,
  origin: isSecurityOrigin,
  policy: parsePolicy,
  records: parseRecords,
  relations: (needs) =>
    changeBeyondUpgrade(
      {
        name: "a",
        version: "1",
        arch: "all",
        sizeBytes: null,
        installedKiB: null,
        section: null,
        sha256: null,
        needs,
        refuses: needs,
      },
      { installs: [], removals: [] },
    ),
  simulation: parseSimulation,
  status: parseStatusLine,
  token: readToken,
  units: parseUnits,
  uris: parseUris,
};

/** What each line begins with, so that a parser goes on with what follows. */
const HEADS = [
  "",
  "Inst ",
  "Inst a [1] (2 ",
  "Remv ",
  "1 upgraded, ",
  "The following packages have been kept back:\n  ",
  "  Candidate: ",
  "a:\n  Candidate: 1\n     1 (phased ",
  "'http://x",
  "pmstatus:a:",
  "a (1) ",
  "CVE-2026-",
  "a\tall\t1\tii \t",
  "Depends: ",
  "NEEDRESTART-SVC: ",
  '{"v":1,"contents":"',
];
const UNITS = [
  "0",
  "a",
  " ",
  "(",
  ")",
  "[",
  "]",
  ",",
  ":",
  "'",
  "/",
  "-",
  "CVE-",
  "1 ",
  " (",
  ") ",
  "0 upgraded, ",
  "\t",
];
const MEGABYTE = 1_000_000;

describe("B23 a megabyte on one line ends in a result or in a plugin's error, whatever it is made of", () => {
  test.each(Object.entries(PARSERS))(
    "%s",
    (_name, parse) => {
      for (const head of HEADS) {
        for (const unit of UNITS) {
          const line = head + unit.repeat(MEGABYTE / unit.length);
          try {
            parse(line);
          } catch (error) {
            expect(isPluginError(error)).toBe(true);
          }
        }
      }
    },
    60_000,
  );

  test("a megabyte of lines is read as it is", () => {
    const lines = "Inst aa [1] (2 x:y [all])\n".repeat(MEGABYTE / 26);
    expect(() => parseSimulation(lines)).toThrow("no summary line");
    expect(parseRecords("Package: a\n\n".repeat(MEGABYTE / 12))).toEqual([]);
    expect(parseUnits("a: /lib/systemd/system/b.service\n".repeat(MEGABYTE / 33))).toHaveLength(1);
  });
});
