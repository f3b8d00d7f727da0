import * as v from "valibot";

const Uuid = v.pipe(v.string(), v.uuid());
const Moment = v.pipe(v.string(), v.isoTimestamp());
const Failure = v.object({ code: v.string(), message: v.string() });

/** How a scan can end. Only COMPLETE and UNSUPPORTED say anything about what is not listed. */
export const scanStatuses = ["COMPLETE", "PARTIAL", "FAILED", "UNSUPPORTED"] as const;
export type ScanStatus = (typeof scanStatuses)[number];

export const updateKinds = ["SECURITY", "BUGFIX", "ENHANCEMENT", "OTHER"] as const;
export type UpdateKind = (typeof updateKinds)[number];

export const severities = ["CRITICAL", "HIGH", "MEDIUM", "LOW", "UNKNOWN"] as const;
export type Severity = (typeof severities)[number];

export const restartKinds = ["NONE", "SERVICE", "SESSION", "SYSTEM", "UNKNOWN"] as const;
export type RestartKind = (typeof restartKinds)[number];

/** One pending update as a report lists it, checked. */
export const ScanItem = v.object({
  key: v.string(),
  name: v.string(),
  architecture: v.nullable(v.string()),
  installedVersion: v.nullable(v.string()),
  candidateVersion: v.string(),
  origin: v.nullable(v.string()),
  kind: v.picklist(updateKinds),
  severity: v.picklist(severities),
  advisories: v.array(v.string()),
  downloadBytes: v.nullable(v.number()),
  /** Whether a mark in the package manager holds the package. */
  isHeldByMark: v.boolean(),
  /** Whether a pin in its configuration does. */
  isHeldByPin: v.boolean(),
  restart: v.picklist(restartKinds),
  /** Why the machine's own upgrade would leave it out; null when it would not. */
  keptBackReason: v.nullable(v.string()),
  releaseNotesUrl: v.nullable(v.string()),
  /** Whatever JSON the plugin defines; null when it has none. */
  details: v.unknown(),
});
export type ScanItem = v.InferOutput<typeof ScanItem>;

/** Something that a source remarked; the key is null when it is about no package. */
const ScanWarning = v.object({ code: v.string(), message: v.string(), key: v.nullable(v.string()) });
export type ScanWarning = v.InferOutput<typeof ScanWarning>;

/** Something that must restart before installed versions are in use. */
export const PendingRestart = v.object({
  kind: v.picklist(["SERVICE", "SESSION", "SYSTEM"]),
  name: v.string(),
  keys: v.array(v.string()),
  reason: v.string(),
});
export type PendingRestart = v.InferOutput<typeof PendingRestart>;

export const closedReasons = ["INSTALLED_ELSEWHERE", "SUPERSEDED", "WITHDRAWN"] as const;
/** Why an update that we did not install is no longer available. */
export type ClosedReason = (typeof closedReasons)[number];

/** What a report changes among the updates of its agent and source; nothing else changes. */
export const ScanDifference = v.object({
  /** New candidates. Each opens an update with this id. */
  opened: v.array(v.object({ id: Uuid, item: ScanItem })),
  /** Open updates of the same candidate whose facts are different now. */
  changed: v.array(v.object({ id: Uuid, item: ScanItem })),
  /** Open updates that are over. */
  closed: v.array(v.object({ id: Uuid, reason: v.picklist(closedReasons) })),
  /** Updates that we installed as planned, and that something must restart for. */
  restartNeeded: v.array(Uuid),
  /** Updates that we installed or rolled back, which the report proves. */
  proved: v.array(Uuid),
  /** Updates that should be installed and are not. */
  contradicted: v.array(v.object({ id: Uuid, failure: Failure })),
  /** PARTIAL: open updates that it lists without a change, so that an older report cannot close them. */
  confirmed: v.array(Uuid),
});
export type ScanDifference = v.InferOutput<typeof ScanDifference>;

/** A report was recorded; the actor is the agent. */
export const ScanRecorded = v.object({
  scanId: Uuid,
  source: v.string(),
  /** Counts the agent's scans. */
  scanNumber: v.number(),
  status: v.picklist(scanStatuses),
  /** By the agent's clock. */
  startedAt: Moment,
  /** By the agent's clock. */
  finishedAt: Moment,
  digest: v.string(),
  /**
   * Whether the report settled everything, so that an agent with the same digest has nothing to add. False
   * while an install waits for its proof.
   */
  isSettled: v.boolean(),
  /**
   * When check-ins last confirmed the complete scan before this one, by the database's clock. Null when this
   * one is complete itself, or there was none.
   */
  confirmedAt: v.nullable(Moment),
  versionScheme: v.string(),
  updateCount: v.number(),
  indexAgeSeconds: v.nullable(v.number()),
  warnings: v.array(ScanWarning),
  failure: v.nullable(Failure),
  /** What must restart; null when not known. */
  pendingRestarts: v.nullable(v.array(PendingRestart)),
  /** The SCAN command that asked for it; null for the agent's own schedule. */
  commandId: v.nullable(Uuid),
  difference: ScanDifference,
});
export type ScanRecorded = v.InferOutput<typeof ScanRecorded>;
