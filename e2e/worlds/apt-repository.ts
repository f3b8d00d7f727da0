import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";

import { TOY_PACKAGES, TOY_SUITES, type ToyPackage, type ToySuite } from "./apt-toy-packages.js";
import { runTool } from "./run-tool.js";

/** A real, signed apt repository on disk. */
export interface AptRepository {
  /** What a web server serves or a `file:` source names; holds `dists/` and `pool/`. */
  readonly dir: string;
  /** The public key, binary, for `signed-by=`. */
  readonly keyFile: string;
  /** The signing key's home; outside `dir`. */
  readonly gnupgHome: string;
  /** The architecture of this machine in Debian's words. */
  readonly arch: string;
}

/** Everything that building and using a repository needs, for the name of a skipped suite. */
export const APT_WORLD_NEEDS = "apt-get install apt-utils dpkg-dev gnupg python3-apt";

/**
 * Builds the toy repository with its two signed suites under `dir`, as any user. Needs {@link APT_WORLD_NEEDS}.
 *
 * @param dir an empty or missing folder; gets `repository/`, `gnupg/` and `key.gpg`
 */
export async function buildAptRepository(
  dir: string,
  packages: readonly ToyPackage[] = TOY_PACKAGES,
): Promise<AptRepository> {
  const gnupgHome = await makeSigningHome(dir);
  const repository: AptRepository = {
    dir: path.join(dir, "repository"),
    keyFile: path.join(dir, "key.gpg"),
    gnupgHome,
    arch: (await runTool("dpkg", ["--print-architecture"])).trim(),
  };
  await runTool("gpg", ["--batch", "--output", repository.keyFile, "--export"], {
    env: { GNUPGHOME: gnupgHome },
  });
  await addPackages(repository, packages);
  return repository;
}

/** Adds packages and publishes both suites anew, as a real archive moves. */
export async function addPackages(repository: AptRepository, packages: readonly ToyPackage[]): Promise<void> {
  for (const toy of packages) await buildPackage(repository, toy);
  await publish(repository);
}

/** Stops what the repository started: the gpg agent of its signing key. Removing the folder is the caller's. */
export async function closeAptRepository(repository: AptRepository): Promise<void> {
  await runTool("gpgconf", ["--kill", "gpg-agent"], { env: { GNUPGHOME: repository.gnupgHome } });
}

async function makeSigningHome(dir: string): Promise<string> {
  const gnupgHome = path.join(dir, "gnupg");
  await mkdir(gnupgHome, { recursive: true });
  await chmod(gnupgHome, 0o700);
  const user = "Toy repository <toy@example.invalid>";
  const args = [
    "--batch",
    "--quiet",
    "--passphrase",
    "",
    "--quick-gen-key",
    user,
    "ed25519",
    "sign",
    "never",
  ];
  await runTool("gpg", args, { env: { GNUPGHOME: gnupgHome } });
  return gnupgHome;
}

async function buildPackage(repository: AptRepository, toy: ToyPackage): Promise<void> {
  const tree = await mkdtemp(path.join(os.tmpdir(), "toy-deb-"));
  try {
    await chmod(tree, 0o755);
    await mkdir(path.join(tree, "DEBIAN"));
    await mkdir(path.join(tree, "usr/share", toy.name), { recursive: true });
    await writeFile(path.join(tree, "usr/share", toy.name, "version"), `${toy.version}\n`);
    await writeFile(path.join(tree, "DEBIAN/control"), controlOf(repository, toy));
    if (toy.conffile) {
      const [file, text] = toy.conffile;
      await mkdir(path.dirname(path.join(tree, file)), { recursive: true });
      await writeFile(path.join(tree, file), text);
      await writeFile(path.join(tree, "DEBIAN/conffiles"), `${file}\n`);
    }
    for (const [file, text] of Object.entries(toy.files ?? {})) {
      await mkdir(path.dirname(path.join(tree, file)), { recursive: true });
      await writeFile(path.join(tree, file), text);
    }
    for (const name of ["preinst", "postinst", "prerm"] as const) {
      const lines = toy[name];
      if (lines === undefined) continue;
      const script = ["#!/bin/sh", "set -e", ...lines, ""].join("\n");
      await writeFile(path.join(tree, "DEBIAN", name), script, { mode: 0o755 });
    }
    const pool = path.join(repository.dir, poolOf(toy.suite ?? "stable"));
    await mkdir(pool, { recursive: true });
    await runTool("dpkg-deb", ["--root-owner-group", "-Znone", "--build", tree, pool]);
  } finally {
    await rm(tree, { recursive: true });
  }
}

function controlOf(repository: AptRepository, toy: ToyPackage): string {
  const fields = [
    ["Package", toy.name],
    ["Source", toy.source],
    ["Version", toy.version],
    ["Architecture", toy.arch === "any" ? repository.arch : "all"],
    ["Maintainer", "Toy <toy@example.invalid>"],
    ["Section", toy.section ?? "misc"],
    ["Priority", "optional"],
    ["Installed-Size", "4"],
    ["Depends", toy.depends],
    ["Conflicts", toy.conflicts],
    ["Phased-Update-Percentage", toy.phasedPercentage],
    ["Description", `toy ${toy.name}\n Version ${toy.version} of a package for tests.`],
  ];
  return fields.flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${value}\n`])).join("");
}

const poolOf = (suite: ToySuite): string => `pool/${suite}`;

async function publish(repository: AptRepository): Promise<void> {
  for (const suite of TOY_SUITES) await publishSuite(repository, suite);
}

/**
 * Writes the index of one suite from its pool and signs it.
 *
 * @param fields of the Release file, beside or instead of the usual ones: `Valid-Until`, `Changelogs` …
 */
export async function publishSuite(
  repository: AptRepository,
  suite: ToySuite,
  fields: Readonly<Record<string, string>> = {},
): Promise<void> {
  const folder = path.join(repository.dir, "dists", suite, "main", `binary-${repository.arch}`);
  await mkdir(folder, { recursive: true });
  await mkdir(path.join(repository.dir, poolOf(suite)), { recursive: true });
  const index = await runTool("apt-ftparchive", ["packages", poolOf(suite)], { cwd: repository.dir });
  await writeFile(path.join(folder, "Packages"), index);
  await runTool("gzip", ["--keep", "--force", "-9n", path.join(folder, "Packages")]);
  await sign(repository, suite, fields);
}

async function sign(
  repository: AptRepository,
  suite: ToySuite,
  fields: Readonly<Record<string, string>>,
): Promise<void> {
  const folder = path.join(repository.dir, "dists", suite);
  const facts = {
    Origin: "Toy",
    Label: suite === "stable" ? "Toy" : "Toy-Security",
    Suite: suite,
    Codename: suite,
    Architectures: repository.arch,
    Components: "main",
  };
  const options = Object.entries(facts).flatMap(([key, value]) => [
    "-o",
    `APT::FTPArchive::Release::${key}=${value}`,
  ]);
  await rm(path.join(folder, "Release"), { force: true });
  const release = await runTool("apt-ftparchive", [...options, "release", folder]);
  await writeFile(path.join(folder, "Release"), withFields(release, fields));
  const env = { GNUPGHOME: repository.gnupgHome };
  const gpg = ["--batch", "--yes", "--quiet", "--output"];
  const source = path.join(folder, "Release");
  await runTool("gpg", [...gpg, path.join(folder, "InRelease"), "--clearsign", source], { env });
  await runTool("gpg", [...gpg, `${source}.gpg`, "--armor", "--detach-sign", source], { env });
}

/** A Release file is one stanza: fields in front of it replace those of the same name. */
function withFields(release: string, fields: Readonly<Record<string, string>>): string {
  const kept = release.split("\n").filter((line) => !Object.hasOwn(fields, line.split(":", 1)[0] ?? ""));
  const added = Object.entries(fields).map(([name, value]) => `${name}: ${value}`);
  return [...added, ...kept].join("\n");
}
