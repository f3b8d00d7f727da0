import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import path from "node:path";

import { CACHE, whyNoDebianRoot } from "./debian-base.ts";
import { DebianRoot } from "./debian-root.ts";

const TRY_OVERLAY =
  'mount -t tmpfs tmpfs "$0" && mkdir "$0/u" "$0/w" "$0/m" && mount -t overlay -o "lowerdir=/,upperdir=$0/u,workdir=$0/w" overlay "$0/m"';

/** Why this machine cannot be overlaid, for the name of a skipped suite; nothing when it can. */
export function whyNoWholeHost(): string | undefined {
  const missing = whyNoDebianRoot();
  if (missing) return missing;
  const { status, stderr } = spawnSync("unshare", ["--mount", "bash", "-c", TRY_OVERLAY, makeMountpoint()], {
    encoding: "utf8",
  });
  return status === 0 ? undefined : `needs an overlay of /, and mount says: ${stderr.trim().slice(0, 200)}`;
}

/**
 * This machine as a whole, with all that is installed on it and fresh package lists; every change lands in an overlay
 * and is gone at the end.
 */
export async function bootWholeHost(hostname: string): Promise<DebianRoot> {
  const host = await DebianRoot.boot({ lower: "/", hostname });
  const { code, stderr } = await host.run(["apt-get", "-o", "APT::Update::Error-Mode=any", "update"]);
  if (code === 0) return host;
  await host.stop();
  throw new Error(`apt-get update ended with ${code}: ${stderr}`);
}

function makeMountpoint(): string {
  const mountpoint = path.join(CACHE, "mountpoint");
  mkdirSync(mountpoint, { recursive: true, mode: 0o700 });
  return mountpoint;
}

/** Prints package=version for installed packages of which the archive also has an older version. */
const LIST_OLDER = `
import apt
for package in apt.Cache():
    if package.is_installed and not package.essential:
        older = [v for v in package.versions if v < package.installed and v.origins and v.uri]
        if older:
            print(package.name + "=" + max(older).version)
`;
const WANTED = 3;

/** Makes a machine that is up to date one that is not: some packages go back to an older version of the archive. */
export async function makeSomethingPending(machine: DebianRoot): Promise<void> {
  const { stdout } = await machine.run(["/usr/bin/python3", "-c", LIST_OLDER]);
  let done = 0;
  for (const older of stdout.trim().split("\n")) {
    if (done >= WANTED || older === "") break;
    const argv = ["apt-get", "install", "-y", "-q", "--allow-downgrades", "--no-remove", older];
    if ((await machine.run(argv, { env: { DEBIAN_FRONTEND: "noninteractive" } })).code === 0) done += 1;
  }
  if (done === 0)
    throw new Error("Nothing is pending, and the archive has no older version of anything installed.");
}
