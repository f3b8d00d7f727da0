import type { Call, Reversibility, TupleValue } from "@redflag/plugin-sdk";
import { createHash } from "node:crypto";

import type { AptContext } from "../apt-context.js";
import { keptLimit } from "../keep/evict.js";
import { findDebs, type FoundDeb, type Wanted } from "../keep/find-debs.js";
import { parsePackageKey } from "../parse/package-key.js";
import { restartOf } from "../restart/restart.js";
import type { DiskNeeds } from "./blockers.js";
import type { Transaction } from "./resolve.js";

const MAX_NAMED = 20;
const MAX_KEY_CHARS = 300;
const SCRIPTS =
  "Going back restores the exact previous versions. What their scripts changed in data and databases stays as it is, and so do configuration files.";
const ADDED = "New packages are removed again, and their configuration files stay.";

/** What of a transaction can be had again, and whether it is to be kept before the transaction begins. */
export interface PreviousDebs {
  readonly found: readonly FoundDeb[];
  /** What is installed now, will be replaced or removed, and can be had nowhere. */
  readonly lost: readonly Wanted[];
  readonly bytes: number;
  /** What is found fits into the bound of what may be kept. */
  readonly fits: boolean;
}

/** Looks for the file of every version that a transaction replaces or removes. */
export async function findPrevious(
  context: AptContext,
  { items, alsoInstalls, alsoRemoves }: Pick<Transaction, "items" | "alsoInstalls" | "alsoRemoves">,
  privateIndex: boolean,
  call: Call,
): Promise<PreviousDebs> {
  const wanted = [...items, ...alsoInstalls, ...alsoRemoves].flatMap(({ key, fromVersion }) =>
    fromVersion === null ? [] : [{ key, version: fromVersion }],
  );
  const found = await findDebs(context, wanted, privateIndex, call);
  const bytes = [...found.values()].reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const limit = keptLimit(context);
  return {
    found: [...found.values()],
    lost: wanted.filter(({ key }) => !found.has(key)),
    bytes,
    fits: limit > 0 && bytes <= limit,
  };
}

/** Keeping packages must not take the room that installing needs: then they are not kept, and people are told. */
export async function fitToDisk(
  { files }: AptContext,
  previous: PreviousDebs,
  { downloadBytes, diskBytes }: DiskNeeds,
): Promise<PreviousDebs> {
  const free = await files.freeBytes("/");
  const needed = (downloadBytes ?? 0) + Math.max(0, diskBytes ?? 0) + previous.bytes;
  return free === null || free >= needed ? previous : { ...previous, fits: false };
}

/** SHA-256 over what is to be kept; null when nothing is. Two equal ones promise the same. */
export function promiseOf({ found, fits }: PreviousDebs): string | null {
  if (found.length === 0 || !fits) return null;
  const lines = found.map(({ key, deb }) => `${key} ${deb.version}`);
  return createHash("sha256").update(lines.toSorted().join("\n")).digest("hex");
}

/** What comes from the archive before the installation begins. */
export function toFetch({ found, fits }: PreviousDebs): TupleValue[] {
  if (!fits) return [];
  return found
    .filter(({ place }) => place.kind === "archive")
    .map(({ key, deb }) => ({ ...parsePackageKey(key), version: deb.version }));
}

/** How far a transaction can be taken back, with the reasons. */
export function reversibilityOf(
  previous: PreviousDebs,
  transaction: Pick<Transaction, "items" | "alsoInstalls" | "records">,
): Reversibility {
  const { found, lost, fits } = previous;
  const added = [...transaction.items, ...transaction.alsoInstalls].filter(
    ({ fromVersion }) => fromVersion === null,
  );
  const kernels = added.filter(
    ({ key, arch = "", toVersion }) =>
      restartOf(transaction.records({ key, arch, candidate: toVersion }), false) === "system",
  );
  const obstacles = [
    ...lostReasons(lost),
    ...(fits || found.length === 0 ? [] : [unkeptReason(previous)]),
    ...kernels.map(
      ({ key }) => `${short(key)} cannot be removed while it runs: first restart into another kernel.`,
    ),
  ];
  if (lost.length > 0 && found.length === 0) return { level: "not", reasons: obstacles };
  return {
    level: obstacles.length > 0 ? "partly" : "reversible",
    reasons: [...obstacles, SCRIPTS, ...(added.length > 0 ? [ADDED] : [])],
  };
}

function lostReasons(lost: readonly Wanted[]): string[] {
  const reasons = lost
    .slice(0, MAX_NAMED)
    .map(
      ({ key, version }) =>
        `${short(key)} cannot go back to ${version}: no archive offers it, and it is not kept on the machine.`,
    );
  const more = lost.length - reasons.length;
  return more > 0 ? [...reasons, `The same is true of ${more} more packages.`] : reasons;
}

function unkeptReason({ bytes }: PreviousDebs): string {
  return `The previous packages (${bytes} bytes) are more than the agent may keep or the disk has room for, so that going back works only as long as the archive offers them.`;
}

function short(key: string): string {
  return key.slice(0, MAX_KEY_CHARS);
}
