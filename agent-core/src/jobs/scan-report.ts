import type { Manifest, Notice, PendingRestart, ScanReport, UpdateItem } from "@redflag/plugin-sdk";
import type {
  FailureInput,
  PendingRestartInput,
  ScanItemInput,
  ScanReportInput,
  ScanWarningInput,
} from "../protocol/operations.js";
import { visibleText } from "../text/visible-text.js";
import { failureOf } from "./wire-failure.js";

const MAX_REASON = 1_000;

/** What one run of a source came to, without its number, times and digest. */
export type ScanOutcome = Pick<
  ScanReportInput,
  "status" | "items" | "versionScheme" | "warnings" | "indexAgeSeconds" | "failure" | "pendingRestarts"
> & {
  /** Whether the machine waits for a restart; null when unknown. */
  readonly restartPending: boolean | null;
};

/** What a plugin found, in the words of the contract. */
export function outcomeOfReport(manifest: Manifest, report: ScanReport): ScanOutcome {
  return {
    status: report.complete ? "COMPLETE" : "PARTIAL",
    items: report.items.map(toItem),
    versionScheme: manifest.versionScheme,
    warnings: report.warnings.map(toWarning),
    ...(report.indexAgeSeconds === undefined ? {} : { indexAgeSeconds: clampInt(report.indexAgeSeconds) }),
    ...(report.incomplete ? { failure: failureOf(report.incomplete.code, report.incomplete.message) } : {}),
    ...(report.pendingRestarts ? { pendingRestarts: report.pendingRestarts.map(toRestart) } : {}),
    restartPending: report.restartPending ?? null,
  };
}

/** A scan of which nothing can be said, or of a source that is not there. */
export function outcomeOfFailure(
  manifest: Manifest,
  status: "FAILED" | "UNSUPPORTED",
  failure: FailureInput,
): ScanOutcome {
  const { versionScheme } = manifest;
  return { status, items: [], versionScheme, warnings: [], failure, restartPending: null };
}

function toItem(item: UpdateItem): ScanItemInput {
  return {
    key: item.key,
    name: item.name,
    ...(item.arch === undefined ? {} : { architecture: item.arch }),
    ...(item.installed === null ? {} : { installedVersion: item.installed }),
    candidateVersion: item.candidate,
    ...(item.origin === undefined ? {} : { origin: visibleText(item.origin, 255) }),
    kind: upper(item.kind),
    severity: upper(item.severity),
    advisories: [...item.advisories],
    ...(item.sizeBytes === undefined ? {} : { downloadBytes: item.sizeBytes }),
    isHeldByMark: item.heldBy?.includes("mark") ?? false,
    isHeldByPin: item.heldBy?.includes("pin") ?? false,
    restart: upper(item.restart),
    ...(item.keptBackReason === undefined
      ? {}
      : { keptBackReason: visibleText(item.keptBackReason, MAX_REASON) }),
    ...(item.releaseNotesUrl === undefined ? {} : { releaseNotesUrl: item.releaseNotesUrl }),
    ...(item.details === undefined ? {} : { details: JSON.stringify(item.details) }),
  };
}

function toWarning({ code, message, key }: Notice): ScanWarningInput {
  return { code, message: visibleText(message, MAX_REASON), ...(key === undefined ? {} : { key }) };
}

function toRestart({ kind, name, keys, reason }: PendingRestart): PendingRestartInput {
  return { kind: upper(kind), name, keys: [...keys].toSorted(), reason: visibleText(reason, MAX_REASON) };
}

function upper<Word extends string>(word: Word): Uppercase<Word> {
  return word.toUpperCase() as Uppercase<Word>;
}

function clampInt(value: number): number {
  return Math.min(Math.floor(value), 2 ** 31 - 1);
}
