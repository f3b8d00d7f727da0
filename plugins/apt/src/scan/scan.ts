import type { Call, Notice, ScanReport, ScanRequest } from "@redflag/plugin-sdk";

import type { AptContext } from "../apt-context.js";
import { capNotices } from "../notices.js";
import { openIndex, type PackageIndex } from "../packages/package-index.js";
import { withAdvisories } from "../release-notes/release-notes.js";
import { findPendingRestarts } from "../restart/pending-restarts.js";
import { keepFindings, recallFindings, type Findings } from "./findings.js";
import { fingerprint } from "./fingerprint.js";
import { usesStandardFolders } from "./standard-folders.js";
import { survey } from "./survey.js";

const OLD_INDEX_SECONDS = 7 * 24 * 3600;

/** Lists what is pending. A machine that did not change since the last scan is told from its files, without apt. */
export async function scan(context: AptContext, request: ScanRequest, call: Call): Promise<ScanReport> {
  const index = await openIndex(context, request.refresh, call);
  const findings = await findOrRecall(context, index, call);
  const restarts = await findPendingRestarts(context, call);
  const gap = index.gap ?? findings.gap;
  const age = indexAge(context, index);
  return {
    items: await withAdvisories(context, findings.items),
    complete: gap === null,
    ...(gap && { incomplete: gap }),
    ...(age !== null && { indexAgeSeconds: age }),
    ...(restarts.system !== null && { restartPending: restarts.system }),
    ...(restarts.pending !== null && { pendingRestarts: restarts.pending }),
    warnings: capNotices([...ageWarnings(context, age, index), ...restarts.warnings, ...findings.warnings]),
  };
}

/** What moves while apt is being asked is not kept: nobody knows which of the two states the answer is about. */
async function findOrRecall(context: AptContext, index: PackageIndex, call: Call): Promise<Findings> {
  const before = await fingerprint(context, index);
  const known = before === null ? null : await recallFindings(context, before);
  if (known !== null) return known;
  const [findings, isStandard] = await Promise.all([
    survey(context, index, call),
    usesStandardFolders(context, call),
  ]);
  if (before !== null && isStandard && (await fingerprint(context, index)) === before)
    await keepFindings(context, before, findings);
  return findings;
}

function indexAge(context: AptContext, index: PackageIndex): number | null {
  if (index.refreshedAt === null) return null;
  return Math.max(0, Math.round((context.clock.now() - index.refreshedAt) / 1000));
}

function ageWarnings(context: AptContext, age: number | null, index: PackageIndex): Notice[] {
  if (age === null || age <= OLD_INDEX_SECONDS) return [];
  const days = Math.floor(age / 86_400);
  const whose = index.isPrivate ? "agent's own" : "system's";
  const advice = context.host.privileged
    ? "scan with refresh"
    : "scan with refresh, or run apt-get update as root";
  return [{ code: "INDEX_OLD", message: `The ${whose} package index is ${days} days old: ${advice}.` }];
}
