import { existsSync } from "node:fs";

const TOOLS = [
  "/usr/bin/apt-get",
  "/usr/bin/apt-ftparchive",
  "/usr/bin/dpkg-deb",
  "/usr/bin/gpg",
  "/usr/lib/python3/dist-packages/apt/__init__.py",
];

/** True if this machine can build and use toy apt repositories. */
export function hasAptWorldTools(): boolean {
  return process.platform === "linux" && TOOLS.every((file) => existsSync(file));
}
