import type { Call, PlanContent, TupleValue } from "@redflag/plugin-sdk";

import type { AptContext } from "../apt-context.js";
import { findDebs, type Wanted } from "../keep/find-debs.js";
import { checkKeptFolder, gatherDebs, slotsOf } from "../keep/gather-debs.js";
import { INCOMING } from "../keep/kept-store.js";

/** What a rollback installs from. */
export interface CollectedDebs {
  /** Package key to the place of its file. */
  readonly files: ReadonlyMap<string, TupleValue>;
  /** What can be had nowhere any more. */
  readonly lost: readonly Wanted[];
}

/**
 * Has the files of all versions ready on this machine, checked: kept ones where they lie, others from apt's cache or
 * their archive.
 *
 * @throws PluginError `UNTRUSTED_SOURCE`, `OFFLINE`, `DISK_FULL` …, with no package changed
 */
export async function collectDebs(
  context: AptContext,
  { items, alsoInstalls }: PlanContent,
  call: Call,
): Promise<CollectedDebs> {
  const wanted = [...items, ...alsoInstalls].map(({ key, toVersion }) => ({ key, version: toVersion }));
  const found = await findDebs(context, wanted, false, call);
  const all = [...found.values()];
  const folders = new Set(all.flatMap(({ place }) => (place.kind === "kept" ? [place.folder] : [])));
  for (const folder of folders) await checkKeptFolder(context, folder, call);
  const missing = all.filter(({ place }) => place.kind !== "kept");
  await gatherDebs(context, missing, call);
  return {
    files: new Map(
      all.map(({ key, deb, place }) => [
        key,
        { folder: place.kind === "kept" ? place.folder : INCOMING, ...slotsOf(deb) },
      ]),
    ),
    lost: wanted.filter(({ key }) => !found.has(key)),
  };
}
