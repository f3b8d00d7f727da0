import * as fc from "fast-check";
import { isPluginError } from "@redflag/plugin-sdk";
import { expect, test } from "vitest";

import { classifyFailure } from "./classify-failure.js";
import { isSecurityOrigin } from "./origin.js";
import { parseInstalled } from "./parse-installed.js";
import { parseRecords } from "./parse-records.js";
import { parseStatusLine } from "./parse-status-line.js";
import { parseUris } from "./parse-uris.js";

const anyText = fc.oneof(
  fc.string(),
  fc.string({ unit: "binary" }),
  fc.string({ unit: fc.constantFrom(..."':\t\n 1a") }),
);

function onlyPluginErrors(parse: (text: string) => unknown): void {
  fc.assert(
    fc.property(anyText, (text) => {
      try {
        parse(text);
      } catch (error) {
        expect(isPluginError(error) && error.code).toBe("UNPARSABLE_OUTPUT");
      }
    }),
  );
}

test.each([
  ["Debian-Security:12/stable-security", true],
  ["Ubuntu:22.04/jammy-security", true],
  ["UbuntuESM:22.04/jammy-infra-security", true],
  ["Toy-Security:stable", true],
  ["Debian:12.1/stable", false],
  ["Security Tools:stable", false],
  ["libsecurity:1.0", false],
  ["localhost", false],
])("security is what the archive declares: %s %s", (origin, expected) => {
  expect(isSecurityOrigin(origin)).toBe(expected);
});

test("dpkg's database: states, foreign architectures, remembered configurations", () => {
  const text = [
    "libc6:amd64\tamd64\t2.36-9\tii \t100\tsrc",
    "libc6:i386\ti386\t2.36-9\tii \t90\tsrc",
    "toy-app\tall\t1.0\thi \t4\tsrc",
    "toy-fail\tall\t2.0\tiF \t4\tsrc",
    "toy-half\tall\t2.0\tiHR\t\tsrc",
    "toy-gone\tall\t1.0\trc \t4\tsrc",
    "toy-odd\tall\t1.0\tii \tabout 4\tsrc",
    "toy-never\tall\t\tun \t\tsrc",
  ].join("\n");
  const packages = parseInstalled(`${text}\n`, "amd64");
  expect([...packages.keys()]).toEqual(["libc6", "libc6:i386", "toy-app", "toy-fail", "toy-half", "toy-odd"]);
  expect(packages.get("toy-app")).toMatchObject({ version: "1.0", isConfigured: true, installedKiB: 4 });
  expect(packages.get("toy-fail")).toMatchObject({ isConfigured: false, problem: "half-configured" });
  expect(packages.get("toy-half")).toMatchObject({ problem: "must be reinstalled", installedKiB: null });
  expect(packages.get("toy-odd")?.installedKiB).toBeNull();
  expect(() => parseInstalled("toy-app all 1.0\n", "amd64")).toThrow("unknown shape");
  onlyPluginErrors((noise) => parseInstalled(noise, "amd64"));
});

test("the index's records: continuation lines and missing fields", () => {
  const text =
    "Package: a1\nVersion: 1\nArchitecture: all\nSize: 12\nPre-Depends: c\nDepends: b (>= 1)\nDescription: x\n Size: 99\n\nPackage: b1\n\n";
  expect(parseRecords(text)).toEqual([
    {
      name: "a1",
      version: "1",
      arch: "all",
      sizeBytes: 12,
      installedKiB: null,
      section: null,
      needs: "b (>= 1), c",
      refuses: "",
      sha256: null,
    },
  ]);
  onlyPluginErrors(parseRecords);
});

test("printed addresses: with and without checksum", () => {
  const text = "Reading package lists...\n'http://x/a%2b.deb' a+.deb 12 SHA256:ab\n'file:/y' y 0 \n";
  expect(parseUris(text)).toEqual([
    { uri: "http://x/a%2b.deb", fileName: "a+.deb", sizeBytes: 12 },
    { uri: "file:/y", fileName: "y", sizeBytes: 0 },
  ]);
  expect(() => parseUris("'http://x\n")).toThrow("unknown shape");
  onlyPluginErrors(parseUris);
});

test("status lines: at most four fields, since the message may hold colons in any language", () => {
  expect(parseStatusLine("pmstatus:toy-app:42.5:Vorbereiten: toy-app (all): fertig")).toEqual({
    kind: "package",
    subject: "toy-app",
    percent: 42.5,
    message: "Vorbereiten: toy-app (all): fertig",
  });
  expect(parseStatusLine("dlstatus:1:0:x")).toMatchObject({ kind: "download", percent: 0 });
  expect(parseStatusLine("pmerror:/x.deb:12:trying to overwrite")).toMatchObject({ kind: "error" });
  for (const odd of [
    "",
    "pmstatus",
    "pmstatus:a:NaN:x",
    "pmstatus:a:101:x",
    "pmstatus:a::x",
    "constructor:a:1:x",
  ]) {
    expect(parseStatusLine(odd)).toBeNull();
  }
  fc.assert(fc.property(anyText, (line) => void parseStatusLine(line)));
});

test.each([
  ["LOCKED", "E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 12 (apt)"],
  ["LOCKED", "dpkg: error: dpkg frontend lock was locked by <unknown> process with pid 0"],
  ["DISK_FULL", "E: You don't have enough free space in /var/cache/apt/archives/."],
  ["UNTRUSTED_SOURCE", "E: The repository 'http://x stable Release' is not signed."],
  ["OFFLINE", "E: Failed to fetch http://x/  Could not resolve 'x'"],
  ["PLAN_STALE", "E: Version '9' for 'x' was not found"],
  ["PERMISSION_DENIED", "E: Unable to write to /var/cache/apt/ (13: Permission denied)"],
  ["COMMAND_FAILED", "E: Something else"],
])("%s is told from apt's own words, which stay in the message", (code, stderr) => {
  const error = classifyFailure("install", { exitCode: 100, stdout: "", stderr });
  expect(error.code).toBe(code);
  expect(error.message).toContain(stderr);
});

test("what a maintainer script says is not taken for apt's own words", () => {
  const stdout = "Setting up x\nthe settings file was not found\n";
  expect(classifyFailure("install", { exitCode: 100, stdout, stderr: "" }).code).toBe("COMMAND_FAILED");
});
