import { isSlotValue, type Call } from "@redflag/plugin-sdk";

import { runWhole, type AptContext } from "../apt-context.js";
import { parsePackageKey } from "../parse/package-key.js";
import { parseRecords, type PackageRecord } from "../parse/parse-records.js";

const BATCH = 150;

/** A version to look up. */
export interface VersionQuery {
  /** `name[:arch]`. */
  readonly key: string;
  /** Architecture of the version itself. */
  readonly arch: string;
  readonly candidate: string;
}

/** Finds what the index says about a version. */
export type RecordLookup = (query: VersionQuery) => PackageRecord | undefined;

/**
 * Reads the index's records of exact versions. What cannot be found is missing from the answer: records only add
 * sizes and the like, so their lack never fails a scan.
 */
export async function showRecords(
  context: AptContext,
  queries: readonly VersionQuery[],
  privateIndex: boolean,
  call: Call,
): Promise<RecordLookup> {
  const found = new Map<string, PackageRecord>();
  const askable = queries.filter(({ candidate }) => isSlotValue("debian-version", candidate));
  for (let start = 0; start < askable.length; start += BATCH) {
    const packages = askable
      .slice(start, start + BATCH)
      .map(({ key, candidate }) => ({ ...parsePackageKey(key), version: candidate }));
    const result = await runWhole(context, "show-records", { privateIndex, packages }, call);
    if (result.exitCode !== 0)
      call.log.warn("apt-cache did not know every version", { exitCode: result.exitCode });
    for (const record of parseRecords(result.stdout)) {
      found.set(recordKey(record.name, record.version, record.arch), record);
    }
  }
  return ({ key, arch, candidate }) => found.get(recordKey(parsePackageKey(key).name, candidate, arch));
}

function recordKey(name: string, version: string, arch: string): string {
  return `${name} ${version} ${arch}`;
}
