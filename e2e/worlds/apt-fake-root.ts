import { cp, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";

import type { AptRepository } from "./apt-repository.js";
import { TOY_INSTALLED, TOY_SUITES } from "./apt-toy-packages.js";
import { runTool } from "./run-tool.js";

/**
 * A folder that apt and dpkg take for a machine, without chroot and as any user: selected by `APT_CONFIG` and
 * `DPKG_ADMINDIR`.
 */
export interface FakeRoot {
  readonly dir: string;
  /** What points apt and dpkg at it. */
  readonly env: { readonly APT_CONFIG: string; readonly DPKG_ADMINDIR: string };
}

/** How a fake root differs from the usual one. */
export interface FakeRootOptions {
  /** Base address of the repository. Default: the `file:` address of its folder. */
  readonly url?: string;
  /** What is installed at first, as `name=version`. Default: the first version of everything. */
  readonly installed?: readonly string[];
  /** What is held. Default: toy-held. */
  readonly held?: readonly string[];
}

const FOLDERS = [
  "etc/apt/apt.conf.d",
  "etc/apt/preferences.d",
  "etc/apt/sources.list.d",
  "etc/apt/trusted.gpg.d",
  "var/lib/dpkg/info",
  "var/lib/dpkg/updates",
  "var/lib/dpkg/triggers",
  "var/lib/apt/lists/partial",
  "var/cache/apt/archives/partial",
  "var/log/apt",
  "run",
  "tmp",
];

/** Makes a fake root under `dir`, refreshes its index and installs the old versions. Takes about a second. */
export async function makeFakeRoot(
  repository: AptRepository,
  dir: string,
  options: FakeRootOptions = {},
): Promise<FakeRoot> {
  const { url = `file:${repository.dir}`, installed = TOY_INSTALLED, held = ["toy-held"] } = options;
  for (const folder of FOLDERS) await mkdir(path.join(dir, folder), { recursive: true });
  await symlink("../run", path.join(dir, "var/run"));
  await writeFile(path.join(dir, "var/lib/dpkg/status"), "");
  await writeFile(path.join(dir, "var/lib/dpkg/available"), "");
  await writeFile(path.join(dir, "var/lib/dpkg/arch"), `${repository.arch}\n`);
  const sources = TOY_SUITES.map((suite) => `deb [signed-by=${repository.keyFile}] ${url} ${suite} main\n`);
  await writeFile(path.join(dir, "etc/apt/sources.list"), sources.join(""));
  await writeFile(path.join(dir, "apt.conf"), aptConf(dir, repository.arch));
  const root = fakeRootAt(dir);
  await runTool("apt-get", ["update", "-q"], { env: root.env });
  if (installed.length > 0) await installPins(root, installed);
  if (held.length > 0) await runTool("apt-mark", ["hold", ...held], { env: root.env });
  return root;
}

/** Copies a fake root, so that a test may change it. */
export async function copyFakeRoot(original: FakeRoot, dir: string): Promise<FakeRoot> {
  await cp(original.dir, dir, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
  const conf = await readFile(path.join(dir, "apt.conf"), "utf8");
  await writeFile(path.join(dir, "apt.conf"), conf.replaceAll(`${original.dir}/`, `${dir}/`));
  return fakeRootAt(dir);
}

/** Installs exact versions (`name=version`) with the real apt-get, as somebody at the machine would. */
export async function installPins(root: FakeRoot, pins: readonly string[]): Promise<void> {
  await runTool("apt-get", ["-y", "-q", "install", ...pins], { env: root.env });
}

function fakeRootAt(dir: string): FakeRoot {
  return {
    dir,
    env: { APT_CONFIG: path.join(dir, "apt.conf"), DPKG_ADMINDIR: path.join(dir, "var/lib/dpkg") },
  };
}

function aptConf(dir: string, arch: string): string {
  return `Dir "${dir}/";
Dir::State "${dir}/var/lib/apt/";
Dir::State::status "${dir}/var/lib/dpkg/status";
Dir::Cache "${dir}/var/cache/apt/";
Dir::Etc "${dir}/etc/apt/";
Dir::Log "${dir}/var/log/apt/";
Dir::Bin::dpkg "/usr/bin/dpkg";
Dir::Bin::methods "/usr/lib/apt/methods/";
Dir::Bin::apt-key "/usr/bin/apt-key";
APT::Architecture "${arch}";
APT::Architectures { "${arch}"; };
APT::Machine-ID "912e43bd1c1d4ba481f9f8ccab25f9ee";
APT::Sandbox::User "${os.userInfo().username}";
APT::Install-Recommends "false";
Acquire::Languages "none";
DPkg::Options { "--root=${dir}/"; "--log=${dir}/var/log/dpkg.log"; "--force-script-chrootless"; "--force-not-root"; };
DPkg::Use-Pty "false";
DPkg::Path "";
`;
}
