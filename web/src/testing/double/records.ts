/** What the double keeps of each noun: the schema's fields, with ids where the schema has objects. */
export interface AgentRecord {
  id: string;
  name: string;
  hostname: string;
  state: "ONLINE" | "OFFLINE" | "NEVER_SEEN" | "RETIRED";
  osName: string | null;
  canInstall: boolean | null;
  cannotInstallReason: string | null;
  requiresReboot: boolean | null;
  pendingRestarts: RestartRecord[] | null;
  lastSeenAt: string | null;
  retiredAt: string | null;
  version: number;
  coverage: CoverageRecord[];
}

export interface RestartRecord {
  source: string;
  kind: "SERVICE" | "SESSION" | "SYSTEM";
  name: string;
  packages: string[];
  reason: string;
}

export interface CoverageRecord {
  source: string;
  state: "FRESH" | "STALE" | "FAILED" | "NEVER" | "UNSUPPORTED";
  reason: string | null;
  completedAt: string | null;
  attemptedAt: string | null;
  ageSeconds: number | null;
  indexAgeSeconds: number | null;
  warnings: { code: string; message: string; key: string | null }[];
}

export interface UpdateRecord {
  id: string;
  agentId: string;
  source: string;
  name: string;
  architecture: string | null;
  installedVersion: string | null;
  candidateVersion: string;
  origin: string | null;
  kind: "SECURITY" | "BUGFIX" | "ENHANCEMENT" | "OTHER";
  severity: "CRITICAL" | "HIGH" | "MEDIUM" | "LOW" | "UNKNOWN";
  advisories: string[];
  downloadBytes: number | null;
  restart: "NONE" | "SERVICE" | "SESSION" | "SYSTEM" | "UNKNOWN";
  keptBackReason: string | null;
  releaseNotesUrl: string | null;
  releaseNotes: { text: string; isTruncated: boolean; advisories: string[]; fetchedAt: string } | null;
  details: unknown;
  state:
    | "PENDING"
    | "APPROVED"
    | "REJECTED"
    | "INSTALLING"
    | "INSTALLED"
    | "RESTART_NEEDED"
    | "VERIFIED"
    | "FAILED"
    | "ROLLED_BACK"
    | "CLOSED";
  heldBy: ("REDFLAG" | "MACHINE_MARK" | "MACHINE_PIN")[];
  holdReason: string | null;
  holdSetBy: string | null;
  holdSetAt: string | null;
  holdCommandId: string | null;
  discoveredAt: string;
  changedAt: string;
  decidedBy: string | null;
  decidedAt: string | null;
  verifiedAt: string | null;
}

export interface ItemRecord {
  name: string;
  architecture: string | null;
  fromVersion: string | null;
  toVersion: string | null;
  isDowngrade: boolean;
  origin: string | null;
  downloadBytes: number | null;
}

export interface KeptRecord {
  name: string;
  architecture: string | null;
  installedVersion: string;
  candidateVersion: string;
  reason: string;
}

export interface PlanRecord {
  id: string;
  agentId: string;
  source: string;
  state: "RESOLVING" | "READY" | "FAILED" | "EXPIRED" | "STARTED";
  updateIds: string[];
  digest: string | null;
  items: ItemRecord[];
  alsoInstalls: ItemRecord[];
  alsoRemoves: ItemRecord[];
  alsoKept: KeptRecord[];
  downloadBytes: number | null;
  diskBytes: number | null;
  restartsServices: string[] | null;
  requiresReboot: boolean | null;
  restartReasons: string[];
  reversibility: { level: "REVERSIBLE" | "PARTLY" | "NOT"; reasons: string[] } | null;
  blockers: { code: string; message: string }[];
  failure: { code: string; message: string } | null;
  requestedAt: string;
  resolvedAt: string | null;
  expiresAt: string | null;
  planCommandId: string;
  installCommandId: string | null;
}

export interface CommandRecord {
  id: string;
  agentId: string;
  type: "SCAN" | "PLAN" | "INSTALL" | "ROLLBACK" | "HOLD" | "RELEASE" | "RELEASE_NOTES";
  updateIds: string[];
  isLocal: boolean;
  /** INSTALL at the machine: what its plan said. */
  reversibility: PlanRecord["reversibility"];
  source: string;
  state:
    | "QUEUED"
    | "CLAIMED"
    | "RUNNING"
    | "SUCCEEDED"
    | "PARTIALLY_SUCCEEDED"
    | "FAILED"
    | "CANCELLED"
    | "EXPIRED";
  waitingReason: string | null;
  requestedBy: string;
  requestedAt: string;
  claimedAt: string | null;
  startedAt: string | null;
  finishedAt: string | null;
  attempt: number;
  isCancelRequested: boolean;
  progress: {
    phase: string;
    percent: number | null;
    itemName: string | null;
    isCancellable: boolean;
    occurredAt: string;
  } | null;
  items: {
    name: string;
    architecture: string | null;
    outcome: "SUCCEEDED" | "FAILED" | "SKIPPED";
    fromVersion: string | null;
    toVersion: string | null;
    message: string | null;
  }[];
  failure: { code: string; message: string } | null;
  restart: "NONE" | "SERVICE" | "SESSION" | "SYSTEM" | "UNKNOWN" | null;
  restartReasons: string[];
  planId: string | null;
  rollsBackId: string | null;
  output: { sequence: number; occurredAt: string; text: string }[];
}

export interface EventRecord {
  id: string;
  sequence: string;
  type: string;
  summary: string;
  actor: { kind: "OPERATOR" | "API_TOKEN" | "AGENT" | "SYSTEM"; name: string | null };
  occurredAt: string;
  agentId: string | null;
}

export interface TokenRecord {
  id: string;
  name: string;
  scopes: string[];
  seats: number;
  usedSeats: number;
  addedAt: string;
  expiresAt: string;
  lastUsedAt: string | null;
  revokedAt: string | null;
}

export interface OperatorRecord {
  id: string;
  name: string;
  password: string;
  role: "VIEWER" | "OPERATOR" | "ADMIN";
  addedAt: string;
  lastLoggedInAt: string | null;
}
