import { PLUGIN_ERROR_CODES, type PluginErrorCode, type ScanReport } from "@redflag/plugin-sdk";
import * as v from "valibot";
import { NOTICE } from "./check-detection.js";
import { checkShape, count, firstDuplicate, name, text, violation } from "./check-output.js";

const MAX_ITEMS = 10_000;
const MAX_DETAILS_BYTES = 4_096;

const ITEM = v.object({
  key: name(255),
  name: name(255),
  arch: v.exactOptional(name(64)),
  installed: v.nullable(name(255)),
  candidate: name(255),
  origin: v.exactOptional(text(255)),
  kind: v.picklist(["security", "bugfix", "enhancement", "other"]),
  severity: v.picklist(["critical", "high", "medium", "low", "unknown"]),
  advisories: v.pipe(v.array(name(128)), v.maxLength(100)),
  sizeBytes: v.exactOptional(count),
  heldBy: v.exactOptional(v.pipe(v.array(v.picklist(["mark", "pin"])), v.maxLength(2))),
  restart: v.picklist(["none", "service", "session", "system", "unknown"]),
  keptBackReason: v.exactOptional(name(1_000)),
  releaseNotesUrl: v.exactOptional(v.pipe(text(2_000), v.regex(/^https?:\/\//u, "a web address is needed"))),
  details: v.exactOptional(
    v.pipe(
      v.record(name(128), text(MAX_DETAILS_BYTES)),
      v.check((details) => JSON.stringify(details).length <= MAX_DETAILS_BYTES, "at most 4 KiB"),
    ),
  ),
});

const PENDING_RESTART = v.object({
  kind: v.picklist(["service", "session", "system"]),
  name: name(255),
  keys: v.pipe(v.array(name(255)), v.maxLength(1_000)),
  reason: name(1_000),
});

const REPORT = v.object({
  items: v.pipe(v.array(ITEM), v.maxLength(MAX_ITEMS)),
  complete: v.boolean(),
  incomplete: v.exactOptional(
    v.object({
      code: v.picklist(Object.keys(PLUGIN_ERROR_CODES) as PluginErrorCode[]),
      message: name(4_000),
    }),
  ),
  indexAgeSeconds: v.exactOptional(count),
  restartPending: v.exactOptional(v.boolean()),
  pendingRestarts: v.exactOptional(v.pipe(v.array(PENDING_RESTART), v.maxLength(500))),
  warnings: v.pipe(v.array(NOTICE), v.maxLength(100)),
});

/** Checks what `scan` gave: keys unique, every candidate new, incomplete with a reason, all within the caps. */
export function checkScanReport(value: unknown): ScanReport {
  const report = checkShape(REPORT, "scan report", value);
  const duplicate = firstDuplicate(report.items.map((item) => item.key));
  if (duplicate !== undefined) throw violation("scan report", `the key ${duplicate} stands there twice`);
  const unchanged = report.items.find((item) => item.candidate === item.installed);
  if (unchanged) {
    throw violation(
      "scan report",
      `${unchanged.key} lists the installed version ${unchanged.candidate} as an update`,
    );
  }
  if (report.complete === (report.incomplete !== undefined)) {
    throw violation("scan report", "an incomplete report says why, and a complete one does not");
  }
  const restarts = (report.pendingRestarts ?? []).map(({ kind, name: unit }) => `${kind} ${unit}`);
  const twice = firstDuplicate(restarts);
  if (twice !== undefined) throw violation("scan report", `the restart of ${twice} stands there twice`);
  return report;
}
