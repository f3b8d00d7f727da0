import { expect, test } from "vitest";

import { classifyFailure } from "./classify-failure.js";

const codeOf = (stderr: string, stdout = "") =>
  classifyFailure("install", { exitCode: 100, stdout, stderr }).code;

const DPKG_FAILED = `dpkg: error processing archive /x.deb (--unpack):
 new x package pre-installation script subprocess returned error exit status 1
E: Sub-process /usr/bin/dpkg returned an error code (1)`;

test.each([
  "Failed to fetch http://repo.example/model.bin",
  "curl: (6) Could not resolve host: repo.example",
  "  E: Failed to fetch, said the script",
  "W:Permission denied",
  "E2: No space left on device",
  "The E: drive is full: No space left on device",
  "mkdir: cannot create directory: Permission denied",
])("what a maintainer script says is not apt's: %s", (line) => {
  expect(codeOf(`${line}\n${DPKG_FAILED}`)).toBe("COMMAND_FAILED");
  expect(codeOf(DPKG_FAILED, `Setting up x\n${line}\n`)).toBe("COMMAND_FAILED");
});

test.each([
  [
    "DISK_FULL",
    "dpkg: error processing archive /x.deb (--unpack):\n cannot copy extracted data: No space left on device",
  ],
  [
    "UNTRUSTED_SOURCE",
    "E: Failed to fetch http://x/a.deb\n   Hash Sum mismatch\n   Hashes of expected file:",
  ],
  ["LOCKED", "dpkg: error: dpkg frontend lock is locked by another process with pid 7"],
  ["PERMISSION_DENIED", "dpkg-query: error: failed to open the status file: Permission denied"],
  ["OFFLINE", "Err:1 http://x stable InRelease\n  Temporary failure resolving 'x'"],
])("%s is told from apt's and dpkg's words and the lines in which they go on", (code, words) => {
  expect(codeOf(words)).toBe(code);
  expect(codeOf("", words)).toBe(code);
});

test("a message shows apt's words with those in which they go on, and a script's only when there are no others", () => {
  const { message } = classifyFailure("install", {
    exitCode: 100,
    stdout: "",
    stderr: `Hello\n${DPKG_FAILED}`,
  });
  expect(message).toContain("(--unpack): | new x package pre-installation script subprocess");
  expect(message).not.toContain("Hello");
  expect(classifyFailure("install", { exitCode: 1, stdout: "Hello\n", stderr: "" }).message).toContain(
    "Hello",
  );
});
