import { compareDebianVersions, type Call, type Notice } from "@redflag/plugin-sdk";

import { runWhole, type AptContext } from "./apt-context.js";
import { classifyFailure } from "./classify-failure.js";
import { readHolds } from "./holds.js";
import { capNotices } from "./notices.js";
import type { Transaction } from "./resolve.js";

const ARCHIVES = "/var/cache/apt/archives";

/** What the transaction needs on disk, in bytes, where known. */
export interface DiskNeeds {
  readonly downloadBytes: number | null;
  readonly diskBytes: number | null;
}

/** Everything that stands in the way of installing a transaction right now. */
export async function findBlockers(
  context: AptContext,
  transaction: Transaction,
  needs: DiskNeeds,
  call: Call,
): Promise<Notice[]> {
  return capNotices([
    ...(await lockBlockers(context, call)),
    ...(await interruptedBlockers(context)),
    ...holdBlockers(transaction, await readHolds(context, call)),
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
export function holdBlockers(transaction: Transaction, holds: readonly string[]): Notice[] {
  const touched = [...transaction.items, ...transaction.alsoInstalls, ...transaction.alsoRemoves];
  return touched
    .filter(({ key }) => holds.includes(key))
    .map(({ key }) => ({
      code: "HELD",
      key,
      message: `${key} is held on the machine: run apt-mark unhold ${key} there to release it.`,
    }));
}

function downgradeBlockers({ items, alsoInstalls }: Transaction): Notice[] {
  return [...items, ...alsoInstalls]
    .filter(
      ({ fromVersion, toVersion }) =>
        fromVersion !== null && compareDebianVersions(toVersion, fromVersion) < 0,
    )
    .map(({ key, fromVersion, toVersion }) => ({
      code: "DOWNGRADE",
      key,
      message: `${key} would go back from ${fromVersion} to ${toVersion}, which is not done unattended.`,
    }));
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
