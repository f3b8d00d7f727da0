import { compareDebianVersions } from "@redflag/plugin-sdk";

/** A kernel's release, `6.1.0-31-cloud-amd64`, in its parts. */
export interface KernelRelease {
  /** What is compared within a flavour, by Debian's rules: `6.1.0-31`. */
  readonly order: string;
  /** What the kernel is built for: `cloud-amd64`, `generic`, `pve`. Kernels of two flavours do not replace each other. */
  readonly flavour: string;
}

const RELEASE = /^(\d+(?:\.\d+)+(?:-rc\d+)?[^-]*)(?:-(\d[^-]*))?-(.+)$/u;
const IMAGE = /^(?:linux-image-(?:unsigned-)?|pve-kernel-|proxmox-kernel-)(\d.*?)(?:-signed|-unsigned)?$/u;
const PROXMOX_META = /^(?:pve|proxmox)-(?:default-)?kernel(?:-\d+\.\d+)?$/u;
/** How builders write the version of the package into `uname -v`. */
const PACKAGE_VERSION = /\b(?:Debian|PMX) (\S+) \(/u;
const UBUNTU_UPLOAD = /^#(\S+)-Ubuntu\b/u;

/** Takes `uname -r` apart; null when it names no flavour. */
export function parseKernelRelease(release: string): KernelRelease | null {
  const [, version, abi, flavour] = RELEASE.exec(release) ?? [];
  if (version === undefined || flavour === undefined) return null;
  return { order: abi === undefined ? version : `${version}-${abi}`, flavour };
}

/** The release that a package brings; null when it is no kernel image, as meta-packages and debug symbols are not. */
export function releaseOfImage(packageName: string): string | null {
  const release = IMAGE.exec(packageName)?.[1];
  return release !== undefined && parseKernelRelease(release) !== null ? release : null;
}

/** True if the package only names the newest image of a flavour: `linux-image-cloud-amd64`, `linux-generic-hwe-24.04`. */
export function isKernelMeta(packageName: string, flavour: string): boolean {
  if (flavour === "pve" && PROXMOX_META.test(packageName)) return true;
  const rest = /^linux-(?:image-)?(.+)$/u.exec(packageName)?.[1];
  return rest === flavour || rest?.startsWith(`${flavour}-hwe-`) === true;
}

/** Smaller than 0 when `a` is the older of two kernels of one flavour. */
export function compareKernels(a: KernelRelease, b: KernelRelease): number {
  return compareDebianVersions(a.order, b.order);
}

/** The version of the package that the running kernel was built as; null when `uname -v` does not tell. */
export function runningPackageVersion(release: KernelRelease, version: string): string | null {
  const upload = UBUNTU_UPLOAD.exec(version)?.[1];
  if (upload !== undefined) return `${release.order}.${upload}`;
  return PACKAGE_VERSION.exec(version)?.[1] ?? null;
}
