import { PluginError, type Call, type TupleValue } from "@redflag/plugin-sdk";

import type { AptContext } from "../apt-context.js";
import { parsePackageKey } from "../parse/package-key.js";
import { debFileName, debSlots, type Deb } from "./deb-file.js";
import type { FoundDeb } from "./find-debs.js";
import { digestOf, dropKept, hashFolder, INCOMING, keepFiles, readKept } from "./kept-store.js";

/** Arguments of one command line are bounded; its output is none. */
const BATCH = 500;

/**
 * Collects files in the folder `incoming`, which is emptied first, and checks each against the archive's checksum where
 * that is known, and kept ones against what was remembered of them.
 *
 * @returns {@link digestOf} of what is there now
 * @throws PluginError `UNTRUSTED_SOURCE` for a file that is not what it should be, `OFFLINE`, `DISK_FULL` …, with nothing
 *   changed but the folder
 */
export async function gatherDebs(
  context: AptContext,
  found: readonly FoundDeb[],
  call: Call,
): Promise<string> {
  // The first makes the folder that the second needs.
  await keepFiles(context, "make-incoming", {}, call);
  await dropKept(context, [INCOMING], call);
  await keepFiles(context, "make-incoming", {}, call);
  await copyKept(context, found, call);
  const cached = found.filter(({ place }) => place.kind === "cache");
  await inBatches(cached, async (batch) => {
    await keepFiles(context, "copy-cached", { debs: batch.map(({ deb }) => slotsOf(deb)) }, call);
  });
  const offered = found.filter(({ place }) => place.kind === "archive");
  await inBatches(offered, async (batch) => {
    const packages = batch.map(({ key, deb }) => ({ ...parsePackageKey(key), version: deb.version }));
    await keepFiles(context, "fetch-previous", { packages }, call);
  });
  const checksums = found.length === 0 ? new Map() : await hashFolder(context, INCOMING, call);
  for (const { deb, sha256, place } of found) checkFile(deb, place.kind, sha256, checksums);
  return digestOf(checksums);
}

/**
 * Refuses a kept folder that is not what was kept, and forgets it, so that the next attempt looks elsewhere.
 *
 * @throws PluginError `UNTRUSTED_SOURCE`
 */
export async function checkKeptFolder(context: AptContext, folder: string, call: Call): Promise<void> {
  const remembered = (await readKept(context)).get(folder);
  if (remembered?.digest === digestOf(await hashFolder(context, folder, call))) return;
  await dropKept(context, [folder], call);
  throw new PluginError(
    "UNTRUSTED_SOURCE",
    "The packages that were kept for a rollback are not what was kept: somebody changed them. They were thrown away, and nothing was installed. Try again to take them from elsewhere.",
  );
}

/** The fields of a file's name; whoever was found has them. */
export function slotsOf(deb: Deb): TupleValue {
  const slots = debSlots(deb);
  if (slots === null) throw new PluginError("INTERNAL", `No file can be called ${debFileName(deb)}.`);
  return slots;
}

async function copyKept(context: AptContext, found: readonly FoundDeb[], call: Call): Promise<void> {
  const debs = found.flatMap(({ deb, place }) =>
    place.kind === "kept" ? [{ folder: place.folder, ...slotsOf(deb) }] : [],
  );
  for (const folder of new Set(debs.map((deb) => deb.folder))) await checkKeptFolder(context, folder, call);
  await inBatches(debs, async (batch) => {
    await keepFiles(context, "copy-kept", { debs: batch }, call);
  });
}

async function inBatches<Value>(
  all: readonly Value[],
  run: (batch: readonly Value[]) => Promise<void>,
): Promise<void> {
  for (let start = 0; start < all.length; start += BATCH) await run(all.slice(start, start + BATCH));
}

function checkFile(
  deb: Deb,
  place: FoundDeb["place"]["kind"],
  expected: string | null,
  checksums: ReadonlyMap<string, string>,
): void {
  const fileName = debFileName(deb);
  const actual = checksums.get(fileName);
  if (actual !== undefined && (expected === null || actual === expected)) return;
  const advice = place === "cache" ? " Run apt-get clean on the machine to remove it." : "";
  throw new PluginError(
    "UNTRUSTED_SOURCE",
    `${fileName} is not the file that the archive names, so it cannot be kept for a rollback.${advice}`,
  );
}
