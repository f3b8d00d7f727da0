import type { LastScan, LastScanSource } from "../state/last-scan.js";
import { visibleText } from "../text/visible-text.js";
import { formatAge, formatTable } from "./table.js";

/** One line for each source, and a closing line about what is not known. "Up to date" is only said of a complete scan. */
export function describeSources(scan: LastScan, now: number): string[] {
  if (scan.sources.length === 0) return ["No source was scanned, so nothing is known about this machine."];
  const lines = [
    ...scan.sources.map((source) => describeSource(source, now)),
    ...scan.sources.flatMap(describeRestarts),
    ...scan.sources.flatMap(describeRemarks),
  ];
  const unknown = scan.sources.filter((source) => source.status === "FAILED" || source.status === "PARTIAL");
  if (unknown.length === 0) return lines;
  const names = unknown.map((source) => source.displayName).join(", ");
  return [...lines, `Not everything is known (${names}): do not take this machine for up to date.`];
}

function describeSource(source: LastScanSource, now: number): string {
  const name = visibleText(source.displayName, 40);
  const age = `${formatAge(now - Date.parse(source.finishedAt))} ago`;
  const reason = source.failure ? `${source.failure.code}: ${visibleText(source.failure.message, 500)}` : "";
  switch (source.status) {
    case "COMPLETE":
      return `${name}: ${countUpdates(source)} (scanned ${age})`;
    case "PARTIAL":
      return `${name}: at least ${countUpdates(source)}, the scan is incomplete (${age}). ${reason}`;
    case "UNSUPPORTED":
      return `${name}: not on this machine`;
    case "FAILED":
      return `${name}: SCAN FAILED (${age}). ${reason}${describeOlder(source, now)}`;
  }
}

function describeRestarts({ pendingRestarts }: LastScanSource): string[] {
  return (pendingRestarts ?? []).map(
    ({ name, reason }) => `Restart needed: ${visibleText(name, 255)}. ${visibleText(reason, 500)}`,
  );
}

function describeRemarks({ warnings }: LastScanSource): string[] {
  return warnings.map(
    ({ code, message }) => `Remark ${visibleText(code, 100)}: ${visibleText(message, 500)}`,
  );
}

function countUpdates({ items, status }: LastScanSource): string {
  if (items.length === 0) return status === "COMPLETE" ? "up to date" : "0 updates";
  const security = items.filter((item) => item.kind === "SECURITY").length;
  const part = security === 0 ? "" : `, ${security} of them for security`;
  return `${items.length} update${items.length === 1 ? "" : "s"}${part}`;
}

function describeOlder({ itemsAt, items }: LastScanSource, now: number): string {
  if (itemsAt === null) return " No earlier scan succeeded.";
  const age = formatAge(now - Date.parse(itemsAt));
  return ` The last complete scan, ${age} ago, listed ${items.length} update${items.length === 1 ? "" : "s"}.`;
}

/** The updates of all sources as a table, and below it why some are kept back; empty when there are none. */
export function describeUpdates(scan: LastScan): string {
  const rows = scan.sources.flatMap((source) =>
    source.items.map((item) => [
      source.source,
      item.key,
      item.installedVersion ?? "(new)",
      item.candidateVersion,
      item.kind.toLowerCase(),
      item.severity.toLowerCase(),
      keptWords(item),
    ]),
  );
  if (rows.length === 0) return "";
  const headings = ["SOURCE", "PACKAGE", "INSTALLED", "CANDIDATE", "KIND", "SEVERITY", ""];
  return [formatTable(headings, rows), ...keptReasons(scan)].join("\n");
}

/** What keeps the machine's own upgrade from it. */
function keptWords(item: LastScanSource["items"][number]): string {
  const places = [item.isHeldByMark === true ? "mark" : "", item.isHeldByPin === true ? "pin" : ""];
  const by = places.filter((place) => place !== "").join(" and ");
  const words = [by === "" ? "" : `held by ${by}`, item.keptBackReason ? "kept back" : ""];
  return words.filter((word) => word !== "").join(", ");
}

function keptReasons({ sources }: LastScan): string[] {
  return sources
    .flatMap(({ items }) => items)
    .flatMap(({ key, keptBackReason }) =>
      keptBackReason ? [`Kept back: ${visibleText(key, 255)}. ${visibleText(keptBackReason, 500)}`] : [],
    );
}

/** Whether every source that is on this machine was scanned in full. */
export function isFullyKnown(scan: LastScan): boolean {
  return (
    scan.sources.length > 0 &&
    scan.sources.every((source) => source.status === "COMPLETE" || source.status === "UNSUPPORTED")
  );
}
