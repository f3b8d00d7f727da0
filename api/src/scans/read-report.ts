import { cleanText } from "../agents/clean-text.js";
import { requireSourceName } from "../agents/source-name.js";
import { decodeId } from "../schema/global-id.js";
import { LimitError, ValidationError, type ErrorPath } from "../schema/user-errors.js";
import type { ReportScanInput, ScanWarningInput } from "./scans.inputs.js";
import { readItem } from "./read-item.js";
import { readMoment } from "./read-moment.js";
import { readRestarts } from "./read-restarts.js";
import { readExactText } from "./read-text.js";
import type { Report } from "./reconcile.js";
import { reportLimits } from "./report-limits.js";
import type { ScanStatus, ScanWarning } from "./scans.events.js";

/** A report, checked: everything in it can be stored and shown. */
export interface CheckedReport extends Report {
  readonly source: string;
  readonly finishedAt: Date;
  readonly digest: string;
  readonly indexAgeSeconds: number | null;
  readonly warnings: readonly ScanWarning[];
  readonly failure: { readonly code: string; readonly message: string } | null;
  /** Plain uuid. */
  readonly commandId: string | null;
}

const CODE = /^[A-Z][A-Z0-9_]{0,63}$/;
const DIGEST = /^[0-9a-f]{64}$/;

/**
 * Checks a report. Throws {@link LimitError} when it lists too much and {@link ValidationError} at the place
 * that breaks a rule. What names packages and versions is refused rather than changed; remarks are cleaned.
 */
export function readReport(input: ReportScanInput): CheckedReport {
  requireFew("items", input.items.length, reportLimits.items);
  const installed = input.installed ?? [];
  requireFew("installed", installed.length, reportLimits.installed);
  const { status } = input;
  requireSourceName(input.source, ["input", "source"]);
  requireEmpty(status, input.items.length);
  if (!Number.isSafeInteger(input.scanNumber) || input.scanNumber < 1) {
    throw wrong("scanNumber is a whole number from 1 on.", "scanNumber");
  }
  if (!DIGEST.test(input.digest))
    throw wrong("digest is no SHA-256: it has 64 lower-case hex digits.", "digest");
  const items = input.items.map((item, index) => readItem(item, ["input", "items", String(index)]));
  requireUniqueKeys(items);
  return {
    source: input.source,
    scanNumber: input.scanNumber,
    status,
    startedAt: readMoment(input.startedAt, ["input", "startedAt"]),
    finishedAt: readMoment(input.finishedAt, ["input", "finishedAt"]),
    digest: input.digest,
    versionScheme: readExactText(input.versionScheme, 64, ["input", "versionScheme"]),
    items,
    installed: new Map(
      installed.map(({ key, version }, index) => {
        const path = ["input", "installed", String(index)];
        const name = readExactText(key, reportLimits.keyLength, [...path, "key"]);
        if (version == null) return [name, null];
        return [name, readExactText(version, reportLimits.versionLength, [...path, "version"])];
      }),
    ),
    pendingRestarts: readRestarts(status, input.pendingRestarts),
    indexAgeSeconds: readAge(input.indexAgeSeconds),
    warnings: readWarnings(input.warnings ?? []),
    failure: readFailure(status, input.failure),
    commandId: input.commandId == null ? null : decodeId("cmd", input.commandId),
  };
}

function requireFew(field: string, count: number, limit: number): void {
  if (count <= limit) return;
  const message = `${count} ${field} were reported; at most ${limit} are allowed. Report the gravest and say PARTIAL.`;
  throw new LimitError(message, limit, ["input", field]);
}

function requireEmpty(status: ScanStatus, count: number): void {
  if (count === 0 || status === "COMPLETE" || status === "PARTIAL") return;
  throw wrong(`A scan that is ${status} lists nothing. Say PARTIAL when some of it is known.`, "items");
}

function requireUniqueKeys(items: Report["items"]): void {
  const seen = new Set<string>();
  for (const [index, { key }] of items.entries()) {
    if (seen.has(key)) {
      const path = ["input", "items", String(index), "key"];
      throw new ValidationError(
        `The key ${JSON.stringify(key)} is listed twice; a key names one package.`,
        path,
      );
    }
    seen.add(key);
  }
}

function readAge(seconds: number | null | undefined): number | null {
  if (seconds == null) return null;
  if (seconds < 0) throw wrong("indexAgeSeconds is negative.", "indexAgeSeconds");
  return seconds;
}

/** Remarks are for people: too many of them, or strange ones, are no reason to lose a scan. */
function readWarnings(warnings: NonNullable<ReportScanInput["warnings"]>): ScanWarning[] {
  const most = reportLimits.warnings;
  const cleaned = warnings.slice(0, most).flatMap(readWarning);
  if (warnings.length <= most) return cleaned;
  const message = `There were ${warnings.length} remarks; the others are left out.`;
  return [...cleaned.slice(0, most - 1), { code: "MORE", message, key: null }];
}

function readWarning({ code, message, key }: ScanWarningInput): ScanWarning[] {
  const text = cleanText(message, reportLimits.warningLength);
  if (text === null) return [];
  const about = key == null ? null : cleanText(key, reportLimits.keyLength);
  return [{ code: CODE.test(code) ? code : "OTHER", message: text, key: about }];
}

function readFailure(status: ScanStatus, failure: ReportScanInput["failure"]): CheckedReport["failure"] {
  if (status === "COMPLETE") return null;
  if (failure == null) throw wrong(`A scan that is ${status} says why in failure.`, "failure");
  const code = readExactText(failure.code, reportLimits.failureCodeLength, ["input", "failure", "code"]);
  const message = cleanText(failure.message, reportLimits.failureLength);
  return { code, message: message ?? "The agent did not say why." };
}

function wrong(message: string, ...path: string[]): ValidationError {
  const place: ErrorPath = ["input", ...path];
  return new ValidationError(message, place);
}
