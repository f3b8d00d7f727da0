import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";

import { formatSource, parseLines, parseStanzas, readAptSources } from "./apt-sources.js";

test("stanzas: several suites, comments between fields, a keyring", () => {
  const text = `Types: deb
# a snapshot
URIs: http://mirror.example/debian
Suites: bookworm bookworm-updates
Components: main contrib
Signed-By: /usr/share/keyrings/debian.gpg

Types: deb deb-src
URIs: http://mirror.example/security
Suites: bookworm-security
Components: main
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 abc

Types: deb-src
URIs: http://mirror.example/debian
Suites: bookworm
Components: main

Enabled: no
Types: deb
URIs: http://off.example/debian
Suites: bookworm
Components: main
`;
  expect(parseStanzas(text).map(formatSource)).toEqual([
    "deb [signed-by=/usr/share/keyrings/debian.gpg] http://mirror.example/debian bookworm main contrib",
    "deb [signed-by=/usr/share/keyrings/debian.gpg] http://mirror.example/debian bookworm-updates main contrib",
    "deb http://mirror.example/security bookworm-security main",
  ]);
});

test("lines: options, trailing comments, sources that are off", () => {
  const text = `# deb http://off.example/debian bookworm main
deb-src http://mirror.example/debian bookworm main
deb [arch=amd64 signed-by=/k.gpg] http://mirror.example/debian bookworm main non-free # why
deb http://mirror.example/debian  bookworm-updates main`;
  expect(parseLines(text).map(formatSource)).toEqual([
    "deb [signed-by=/k.gpg] http://mirror.example/debian bookworm main non-free",
    "deb http://mirror.example/debian bookworm-updates main",
  ]);
});

test("only the sources of the distribution are taken", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "redflag-sources-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(path.join(folder, "sources.list.d"));
  writeFileSync(path.join(folder, "sources.list"), "deb http://mirror.example/debian bookworm main\n");
  writeFileSync(path.join(folder, "sources.list.d/other.list"), "deb http://vendor.example nodistro main\n");
  writeFileSync(
    path.join(folder, "sources.list.d/old.list.save"),
    "deb http://mirror.example/debian bookworm contrib\n",
  );
  expect(readAptSources("bookworm", folder).map(formatSource)).toEqual([
    "deb http://mirror.example/debian bookworm main",
  ]);
  expect(readAptSources("trixie", folder)).toEqual([]);
});
