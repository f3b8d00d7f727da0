import { cleanText } from "../agents/clean-text.js";
import { ValidationError, type ErrorPath } from "../schema/user-errors.js";
import { readDetails } from "./read-details.js";
import { readExactText, readOptionalText } from "./read-text.js";
import { reportLimits } from "./report-limits.js";
import type { ScanItemInput } from "./scans.inputs.js";
import type { ScanItem } from "./scans.events.js";

/** Checks one listed update. Throws {@link ValidationError} at the member that breaks a rule. */
export function readItem(input: ScanItemInput, path: ErrorPath): ScanItem {
  const at = (field: string): ErrorPath => [...path, field];
  const { keyLength, nameLength, versionLength, textLength } = reportLimits;
  const item: ScanItem = {
    key: readExactText(input.key, keyLength, at("key")),
    name: readExactText(input.name, nameLength, at("name")),
    architecture: readOptionalText(input.architecture, 64, at("architecture")),
    installedVersion: readOptionalText(input.installedVersion, versionLength, at("installedVersion")),
    candidateVersion: readExactText(input.candidateVersion, versionLength, at("candidateVersion")),
    origin: readOptionalText(input.origin, textLength, at("origin")),
    kind: input.kind,
    severity: input.severity,
    advisories: readAdvisories(input.advisories ?? [], at("advisories")),
    downloadBytes: readBytes(input.downloadBytes, at("downloadBytes")),
    isHeldByMark: input.isHeldByMark ?? false,
    isHeldByPin: input.isHeldByPin ?? false,
    restart: input.restart,
    keptBackReason:
      input.keptBackReason == null ? null : cleanText(input.keptBackReason, reportLimits.warningLength),
    releaseNotesUrl: readUrl(input.releaseNotesUrl, at("releaseNotesUrl")),
    details: readDetails(input.details, at("details")),
  };
  if (item.installedVersion === item.candidateVersion) {
    const message = `${item.name} is listed as an update to ${item.candidateVersion}, which is installed already.`;
    throw new ValidationError(message, at("candidateVersion"));
  }
  return item;
}

function readAdvisories(advisories: readonly string[], path: ErrorPath): string[] {
  const { advisories: most, textLength } = reportLimits;
  if (advisories.length > most) {
    throw new ValidationError(
      `${advisories.length} advisories are listed; at most ${most} are allowed.`,
      path,
    );
  }
  return advisories.map((advisory, index) => readExactText(advisory, textLength, [...path, String(index)]));
}

function readBytes(bytes: number | null | undefined, path: ErrorPath): number | null {
  if (bytes == null) return null;
  if (bytes >= 0) return bytes;
  throw new ValidationError("downloadBytes is negative.", path);
}

/** Only what a browser may open: a plugin's text must not become a script behind a link. */
function readUrl(text: string | null | undefined, path: ErrorPath): string | null {
  if (text == null) return null;
  const url = readExactText(text, reportLimits.urlLength, path);
  const { protocol } = URL.parse(url) ?? {};
  if (protocol === "https:" || protocol === "http:") return url;
  throw new ValidationError("releaseNotesUrl is no http or https address.", path);
}
