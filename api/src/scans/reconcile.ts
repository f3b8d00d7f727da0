import type { OpenState } from "../updates/update-states.js";
import { factsDigest } from "./facts-digest.js";
import type { ClosedReason, PendingRestart, ScanDifference, ScanItem, ScanStatus } from "./scans.events.js";

/** An open update as the database knows it. */
export interface OpenUpdate {
  readonly id: string;
  readonly key: string;
  readonly installedVersion: string | null;
  readonly candidateVersion: string;
  readonly state: OpenState;
  readonly factsDigest: string;
  /** The number of the newest report that is known to list it. */
  readonly listedNumber: number;
  /** When our install or rollback of it ended, by the agent's clock; null unless INSTALLED, RESTART_NEEDED or ROLLED_BACK. */
  readonly installedAt: Date | null;
  /** When a scan proved the rollback; null unless ROLLED_BACK. */
  readonly verifiedAt: Date | null;
}

/** What reconciliation needs of a report. */
export interface Report {
  readonly scanNumber: number;
  readonly status: ScanStatus;
  /** By the agent's clock. */
  readonly startedAt: Date;
  readonly versionScheme: string;
  /** Keys are unique. Empty when FAILED or UNSUPPORTED. */
  readonly items: readonly ScanItem[];
  /** What must restart; null when not known. */
  readonly pendingRestarts: readonly PendingRestart[] | null;
  /** What the machine has now, by keys that are no longer listed; null: not installed; absent: not known. */
  readonly installed: ReadonlyMap<string, string | null>;
}

/** What a report means for the updates of its agent and source. */
export interface Reconciliation {
  readonly difference: ScanDifference;
  /** Whether neither an install nor a rollback waits for its result or its proof afterwards. */
  readonly isSettled: boolean;
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/**
 * Compares the open updates of one agent and source with a report that is newer than the last complete one.
 *
 * - What is listed is true whatever the report's status: a new candidate takes the old one's place.
 * - What is not listed is closed or proved only by a COMPLETE report, or closed by an UNSUPPORTED one.
 * - Per key the newest report wins, so reports that arrive late are applied as if they had come in order.
 * - INSTALLING waits for the command's result. INSTALLED is judged only by a scan begun after the install, and
 *   ROLLED_BACK by one begun after the rollback: a complete one that lists the candidate again proves it.
 * - What is installed as planned is proved unless something must restart for it; then it waits for a report that looked
 *   and no longer says so. Whether something must restart may be unknown: that proves a version and ends no wait.
 */
export function reconcile(open: readonly OpenUpdate[], report: Report, newId: () => string): Reconciliation {
  const difference: Mutable<ScanDifference> = {
    opened: [],
    changed: [],
    closed: [],
    restartNeeded: [],
    proved: [],
    contradicted: [],
    confirmed: [],
  };
  const waiting = new Set(report.pendingRestarts?.flatMap(({ keys }) => keys));
  const openByKey = new Map(open.map((update) => [update.key, update]));
  for (const item of report.items) {
    const update = openByKey.get(item.key);
    openByKey.delete(item.key);
    if (update === undefined) difference.opened.push({ id: newId(), item });
    else if (isOpenToJudgement(update, report))
      judgeListed(update, item, { ...report, waiting }, difference, newId);
  }
  if (report.status === "COMPLETE" || report.status === "UNSUPPORTED") {
    for (const update of openByKey.values()) {
      if (isOpenToJudgement(update, report)) judgeAbsent(update, { ...report, waiting }, difference);
    }
  }
  return { difference, isSettled: isSettled(open, difference) };
}

/** False when the report is older than what is known of this update, or than the install that it cannot judge. */
function isOpenToJudgement(update: OpenUpdate, report: Report): boolean {
  if (update.listedNumber > report.scanNumber || update.state === "INSTALLING") return false;
  return update.installedAt === null || report.startedAt >= update.installedAt;
}

/** A report with the keys of whatever waits for a restart. */
type JudgedReport = Report & { readonly waiting: ReadonlySet<string> };

const isDoneByUs = ({ state }: OpenUpdate): boolean => state === "INSTALLED" || state === "RESTART_NEEDED";

function judgeListed(
  update: OpenUpdate,
  item: ScanItem,
  report: JudgedReport,
  difference: ScanDifference,
  newId: () => string,
): void {
  if (item.candidateVersion !== update.candidateVersion) {
    const hasOurs = item.installedVersion === update.candidateVersion;
    // There is one open update per package at most, so one that waits makes room for the newer.
    const isOver = hasOurs && isDoneByUs(update);
    if (isOver && !report.waiting.has(update.key)) difference.proved.push(update.id);
    else {
      const reason = hasOurs && !isOver ? "INSTALLED_ELSEWHERE" : "SUPERSEDED";
      difference.closed.push({ id: update.id, reason });
    }
    difference.opened.push({ id: newId(), item });
    return;
  }
  if (isUnprovedRollback(update) && report.status === "COMPLETE") difference.proved.push(update.id);
  if (isDoneByUs(update)) difference.contradicted.push({ id: update.id, failure: stillListed(item) });
  if (factsDigest(item, report.versionScheme) !== update.factsDigest) {
    difference.changed.push({ id: update.id, item });
  } else if (report.status === "PARTIAL") {
    difference.confirmed.push(update.id);
  }
}

function isUnprovedRollback({ state, verifiedAt }: OpenUpdate): boolean {
  return state === "ROLLED_BACK" && verifiedAt === null;
}

function judgeAbsent(update: OpenUpdate, report: JudgedReport, difference: ScanDifference): void {
  const now = report.installed.get(update.key);
  const { id, state, candidateVersion, installedVersion } = update;
  if (!isDoneByUs(update) || report.status !== "COMPLETE")
    difference.closed.push({ id, reason: reasonOfAbsence(update, now) });
  else if (now === undefined || now === candidateVersion) judgeInstalled(update, report, difference);
  else if (state === "INSTALLED" && now === installedVersion)
    difference.contradicted.push({ id, failure: notInstalled(update) });
  else difference.closed.push({ id, reason: reasonOfAbsence(update, now) });
}

function judgeInstalled(
  { id, key, state }: OpenUpdate,
  report: JudgedReport,
  difference: ScanDifference,
): void {
  if (state === "INSTALLED") {
    if (report.waiting.has(key)) difference.restartNeeded.push(id);
    else difference.proved.push(id);
  } else if (report.pendingRestarts !== null && !report.waiting.has(key)) difference.proved.push(id);
}

/** Without word of what is installed now, nobody can be said to have installed it. */
function reasonOfAbsence(update: OpenUpdate, now: string | null | undefined): ClosedReason {
  if (now === undefined || now === null || now === update.installedVersion) return "WITHDRAWN";
  return now === update.candidateVersion ? "INSTALLED_ELSEWHERE" : "SUPERSEDED";
}

function stillListed(item: ScanItem): { code: string; message: string } {
  const has = item.installedVersion === null ? "is not installed" : `is still at ${item.installedVersion}`;
  return {
    code: "STILL_LISTED",
    message: `The install was reported as done, but a later scan still lists ${item.candidateVersion}: ${item.name} ${has}.`,
  };
}

function notInstalled({ installedVersion, candidateVersion }: OpenUpdate): { code: string; message: string } {
  const has = installedVersion === null ? "is not installed" : `is still at ${installedVersion}`;
  return {
    code: "NOT_INSTALLED",
    message: `The install of ${candidateVersion} was reported as done, but by a later scan the package ${has}.`,
  };
}

function isSettled(open: readonly OpenUpdate[], difference: ScanDifference): boolean {
  const judged = new Set([
    ...difference.proved,
    ...difference.restartNeeded,
    ...difference.closed.map(({ id }) => id),
    ...difference.contradicted.map(({ id }) => id),
  ]);
  const waits = (update: OpenUpdate): boolean =>
    update.state === "INSTALLING" || update.state === "INSTALLED" || isUnprovedRollback(update);
  return open.every((update) => !waits(update) || judged.has(update.id));
}
