import {
  compareDebianVersions,
  type Call,
  type Notice,
  type PlanContent,
  type PlanItem,
} from "@redflag/plugin-sdk";

import { runWhole, type AptContext } from "../apt-context.js";
import { capNotices } from "../notices.js";
import { classifyFailure } from "../parse/classify-failure.js";
import type { PackagePolicy } from "../parse/parse-policy.js";
import type { Transaction } from "./resolve.js";

const ARCHIVES = "/var/cache/apt/archives";

/** What the transaction needs on disk, in bytes, where known. */
export interface DiskNeeds {
  readonly downloadBytes: number | null;
  readonly diskBytes: number | null;
}

/** What was found out already. */
export interface BlockerFacts {
  readonly holds: readonly string[];
  readonly policies: ReadonlyMap<string, PackagePolicy>;
  readonly needs: DiskNeeds;
}

/** Everything that stands in the way of installing a transaction right now. */
export async function findBlockers(
  context: AptContext,
  transaction: Transaction,
  { holds, policies, needs }: BlockerFacts,
  call: Call,
): Promise<Notice[]> {
  return capNotices([
    ...(await lockBlockers(context, call)),
    ...(await interruptedBlockers(context)),
    ...holdBlockers(transaction, holds),
    ...pinBlockers(transaction, policies),
    ...downgradeBlockers(transaction),
    ...(await spaceBlockers(context, needs)),
  ]);
}

async function lockBlockers(context: AptContext, call: Call): Promise<Notice[]> {
  if (!context.host.privileged) {
    return [{ code: "NOT_ROOT", message: "Installing needs root: run the agent as root." }];
  }
  const result = await runWhole(context, "check-lock", {}, call);
  if (result.exitCode === 0) return [];
  const failure = classifyFailure("check-lock", result);
  const code = failure.code === "LOCKED" ? "LOCKED" : "APT_REFUSES";
  return [{ code, message: failure.message }];
}

async function interruptedBlockers(context: AptContext): Promise<Notice[]> {
  const journal = (await context.files.list("/var/lib/dpkg/updates")) ?? [];
  if (!journal.some((name) => /^\d+$/.test(name))) return [];
  const message = "dpkg was interrupted: run dpkg --configure -a on the machine, then plan again.";
  return [{ code: "DPKG_INTERRUPTED", message }];
}

/** What the machine's owner keeps back. */
export function holdBlockers(transaction: PlanContent, holds: readonly string[]): Notice[] {
  const touched = [...transaction.items, ...transaction.alsoInstalls, ...transaction.alsoRemoves];
  return touched
    .filter(({ key }) => holds.includes(key))
    .map(({ key }) => ({
      code: "HELD",
      key,
      message: `${key} is held on the machine: release it, for example with apt-mark unhold ${key} there.`,
    }));
}

/** What pins of the machine's owner forbid: apt installs it all the same when it is asked for by version. */
export function pinBlockers(
  { items, alsoInstalls }: Pick<Transaction, "items" | "alsoInstalls">,
  policies: ReadonlyMap<string, PackagePolicy>,
): Notice[] {
  return [...items, ...alsoInstalls].flatMap(({ key, toVersion }) => {
    const policy = policies.get(key);
    if (policy === undefined) return [];
    const { candidate } = policy;
    if (candidate !== null && compareDebianVersions(candidate, toVersion) >= 0) return [];
    const message = `A pin in apt's preferences keeps ${key} from ${toVersion}: change the pin on the machine to release it.`;
    return [{ code: "HELD", key, message }];
  });
}

function downgradeBlockers({ items, alsoInstalls }: Transaction): Notice[] {
  return [...items, ...alsoInstalls].filter(isDowngrade).map(({ key, fromVersion, toVersion }) => ({
    code: "DOWNGRADE",
    key,
    message: `${key} would go back from ${fromVersion} to ${toVersion}, which is not done unattended.`,
  }));
}

/** True for a package that goes back to an older version. */
export function isDowngrade({ fromVersion, toVersion }: PlanItem): boolean {
  return fromVersion !== null && compareDebianVersions(toVersion, fromVersion) < 0;
}

async function spaceBlockers(context: AptContext, needs: DiskNeeds): Promise<Notice[]> {
  const places = [
    { path: ARCHIVES, bytes: needs.downloadBytes, what: "to download" },
    { path: "/", bytes: needs.diskBytes, what: "to install" },
  ];
  const blockers: Notice[] = [];
  for (const { path, bytes, what } of places) {
    const free = bytes === null ? null : await context.files.freeBytes(path);
    if (bytes === null || free === null || free >= bytes) continue;
    blockers.push({
      code: "NO_SPACE",
      message: `${path} has ${free} bytes free, but ${bytes} are needed ${what}.`,
    });
  }
  return blockers;
}
