import { isPluginError, type Call } from "@redflag/plugin-sdk";

import { readTool, type AptContext } from "../apt-context.js";
import { showRecords } from "../packages/show-records.js";
import { parsePackageKey } from "../parse/package-key.js";
import type { PackageRecord } from "../parse/parse-records.js";
import { archesOf, debFileName, debSlots, type Deb } from "./deb-file.js";
import { listKept, type KeptFile } from "./kept-store.js";

const CACHE = "/var/cache/apt/archives";

/** A version that somebody wants to have again. */
export interface Wanted {
  readonly key: string;
  readonly version: string;
}

/** Where a version's file can be had: kept by an earlier installation, in apt's cache, or in the archive. */
export type Place =
  | { readonly kind: "kept"; readonly folder: string }
  | { readonly kind: "cache" }
  | { readonly kind: "archive" };

/** A file that can be had. */
export interface FoundDeb {
  readonly key: string;
  readonly deb: Deb;
  readonly place: Place;
  /** 0 when unknown. */
  readonly sizeBytes: number;
  /** What the archive says of it, SHA-256 in hex; null when the archive does not offer the version. */
  readonly sha256: string | null;
}

/** Finds where exact versions can be had, the nearest place first, without the network. What cannot is missing. */
export async function findDebs(
  context: AptContext,
  wanted: readonly Wanted[],
  privateIndex: boolean,
  call: Call,
): Promise<ReadonlyMap<string, FoundDeb>> {
  const nativeArch = (await readTool(context, "architecture", {}, call)).trim();
  const places = {
    kept: await listKept(context, call),
    cached: new Set(await listCache(context)),
    records: await showRecords(
      context,
      wanted.map(({ key, version }) => ({ key, arch: nativeArch, candidate: version })),
      privateIndex,
      call,
    ),
  };
  const found = new Map<string, FoundDeb>();
  for (const { key, version } of wanted) {
    const { name } = parsePackageKey(key);
    const debs = archesOf(key, nativeArch).map((arch) => ({ name, version, arch }));
    for (const deb of debs.filter((one) => debSlots(one) !== null)) {
      const record = places.records({ key, arch: deb.arch, candidate: version });
      const one = await findOne(context, { key, deb }, { ...places, record });
      // Only one of the architectures was ever installed, and only that one is kept or cached as a rule.
      if (one !== null && (found.get(key)?.place.kind ?? "archive") === "archive") found.set(key, one);
    }
  }
  return found;
}

/** Whoever may not look into apt's cache takes nothing from there. */
async function listCache({ files }: AptContext): Promise<readonly string[] | null> {
  try {
    return await files.list(CACHE);
  } catch (error) {
    if (isPluginError(error) && error.code === "PERMISSION_DENIED") return null;
    throw error;
  }
}

async function findOne(
  context: AptContext,
  { key, deb }: Pick<FoundDeb, "key" | "deb">,
  at: {
    readonly kept: readonly KeptFile[];
    readonly cached: ReadonlySet<string>;
    readonly record: PackageRecord | undefined;
  },
): Promise<FoundDeb | null> {
  // What dpkg's database alone knows has no checksum.
  const sha256 = at.record?.sha256 ?? null;
  const fileName = debFileName(deb);
  const kept = at.kept.find((file) => debFileName(file.deb) === fileName);
  if (kept !== undefined) {
    const place = { kind: "kept", folder: kept.folder } as const;
    return { key, deb, place, sizeBytes: kept.sizeBytes, sha256 };
  }
  const cached = at.cached.has(fileName) ? await context.files.stat(`${CACHE}/${fileName}`) : null;
  if (cached !== null && [null, cached.sizeBytes].includes(at.record?.sizeBytes ?? null)) {
    return { key, deb, place: { kind: "cache" }, sizeBytes: cached.sizeBytes, sha256 };
  }
  if (sha256 === null) return null;
  return { key, deb, place: { kind: "archive" }, sizeBytes: at.record?.sizeBytes ?? 0, sha256 };
}
