import { isSlotValue, type TupleValue } from "@redflag/plugin-sdk";

import { parsePackageKey } from "../parse/package-key.js";

/** One version of one package for one architecture, as a file. */
export interface Deb {
  readonly name: string;
  readonly version: string;
  /** Of the file itself: `amd64`, `all` … */
  readonly arch: string;
}

const END = ".deb";
const COLON = "%3a";

/** The name that apt gives a package's file in its cache and when it downloads one. */
export function debFileName({ name, version, arch }: Deb): string {
  return `${name}_${version.replaceAll(":", COLON)}_${arch}${END}`;
}

/** Reads {@link debFileName}; null for anything else. */
export function parseDebFileName(fileName: string): Deb | null {
  const [name = "", version = "", arch = "", ...rest] = fileName.split("_");
  if (rest.length > 0 || !arch.endsWith(END)) return null;
  const deb = { name, version: version.replaceAll(COLON, ":"), arch: arch.slice(0, -END.length) };
  return debSlots(deb) === null ? null : deb;
}

/** The fields of a file's name for a command's arguments; null for what no such name can hold. */
export function debSlots({ name, version, arch }: Deb): TupleValue | null {
  const colon = version.indexOf(":");
  const epoch = colon === -1 ? undefined : version.slice(0, colon);
  const upstream = version.slice(colon + 1);
  const isNameable =
    isSlotValue("debian-package", name) &&
    isSlotValue("debian-version", upstream) &&
    !upstream.includes(":") &&
    isSlotValue("debian-architecture", arch) &&
    (epoch === undefined || isSlotValue("integer", epoch));
  if (!isNameable) return null;
  return { name, epoch, mark: epoch === undefined ? "_" : COLON, version: upstream, arch, end: END };
}

/** The architectures that a file of this key may have. */
export function archesOf(key: string, nativeArch: string): readonly string[] {
  const { arch } = parsePackageKey(key);
  return arch === undefined ? [nativeArch, "all"] : [arch];
}
