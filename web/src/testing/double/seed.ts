import type { AgentRecord, CoverageRecord, UpdateRecord } from "./records.js";
import type { World } from "./world.js";

/** The login of the seeded admin. */
export const ADMIN = { name: "alice", password: "correct horse battery" } as const;

const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();

/** Adds the admin, so that the world is set up. */
export function seedAdmin(world: World): void {
  world.operators.set("op_alice", {
    id: "op_alice",
    ...ADMIN,
    role: "ADMIN",
    addedAt: ago(60 * 24 * 20),
    lastLoggedInAt: ago(90),
  });
}

/** What is known of one source, scanned `minutes` ago. */
export function coverage(
  state: CoverageRecord["state"],
  minutes: number,
  reason: string | null = null,
): CoverageRecord {
  const isScanned = state !== "NEVER" && state !== "UNSUPPORTED";
  return {
    source: "apt",
    state,
    reason,
    completedAt: isScanned ? ago(minutes) : null,
    attemptedAt: isScanned ? ago(Math.min(minutes, 4)) : null,
    ageSeconds: isScanned ? minutes * 60 : null,
    indexAgeSeconds: isScanned ? 1800 : null,
    warnings: [],
  };
}

/** Adds an agent. */
export function addAgent(world: World, name: string, part: Partial<AgentRecord> = {}): AgentRecord {
  const agent: AgentRecord = {
    id: `agent_${name}`,
    name,
    hostname: name,
    state: "ONLINE",
    osName: "Debian GNU/Linux 12 (bookworm)",
    canInstall: true,
    cannotInstallReason: null,
    requiresReboot: false,
    pendingRestarts: [],
    lastSeenAt: ago(1),
    retiredAt: null,
    version: 1,
    coverage: [coverage("FRESH", 3)],
    ...part,
  };
  world.agents.set(agent.id, agent);
  return agent;
}

/** Adds an update. */
export function addUpdate(
  world: World,
  agent: AgentRecord,
  name: string,
  part: Partial<UpdateRecord> = {},
): UpdateRecord {
  const update: UpdateRecord = {
    id: `upd_${agent.name}_${name}`,
    agentId: agent.id,
    source: "apt",
    name,
    architecture: "amd64",
    installedVersion: "1.2.3-1",
    candidateVersion: "1.2.3-1+deb12u1",
    origin: "Debian:12.8/stable",
    kind: "OTHER",
    severity: "UNKNOWN",
    advisories: [],
    downloadBytes: 182_044,
    restart: "UNKNOWN",
    keptBackReason: null,
    releaseNotesUrl: null,
    releaseNotes: null,
    details: null,
    state: "PENDING",
    heldBy: [],
    holdReason: null,
    holdSetBy: null,
    holdSetAt: null,
    holdCommandId: null,
    discoveredAt: ago(95),
    changedAt: ago(95),
    decidedBy: null,
    decidedAt: null,
    verifiedAt: null,
    ...part,
  };
  world.updates.set(update.id, update);
  return update;
}

const SECURITY = {
  kind: "SECURITY",
  origin: "Debian-Security:12/stable-security",
  advisories: ["DSA-5817-1", "CVE-2026-11187"],
  releaseNotesUrl: "https://metadata.example/changelogs/openssl",
} as const satisfies Partial<UpdateRecord>;

const REMARKS = [
  {
    code: "PHASED",
    key: "tzdata",
    message: "tzdata stays at 2024a for now: 2024b is offered to 30 % of all machines.",
  },
  { code: "INDEX_OLD", key: null, message: "The system's package index is 9 days old: scan with refresh." },
];

const RESTARTS = [
  {
    source: "apt",
    kind: "SERVICE" as const,
    name: "postgresql@15-main.service",
    packages: ["libssl3", "libc6"],
    reason: "postgres runs code of libc6, libssl3 from before the last update.",
  },
  {
    source: "apt",
    kind: "SESSION" as const,
    name: "user-1000.slice",
    packages: ["libc6"],
    reason: "bash, tmux: server run code of libc6 from before the last update.",
  },
  {
    source: "apt",
    kind: "SYSTEM" as const,
    name: "kernel 6.1.0-31-amd64",
    packages: ["linux-image-6.1.0-31-amd64", "linux-image-amd64"],
    reason: "The machine runs the kernel 6.1.0-30-amd64, and 6.1.0-31-amd64 is installed.",
  },
];

/** A small fleet with one of everything worth looking at. */
export function seedFleet(world: World): void {
  seedAdmin(world);
  const web = addAgent(world, "web-01", { coverage: [{ ...coverage("FRESH", 3), warnings: REMARKS }] });
  const database = addAgent(world, "db-01", {
    requiresReboot: true,
    pendingRestarts: RESTARTS,
    coverage: [coverage("STALE", 60 * 31, "The last complete scan is 31 hours old; the limit is 24 hours.")],
  });
  addAgent(world, "mail-01", {
    coverage: [
      coverage("FAILED", 60 * 50, "OFFLINE: deb.debian.org could not be reached. Earlier results are kept."),
    ],
  });
  addAgent(world, "backup-01", { coverage: [coverage("FRESH", 12)], osName: "Ubuntu 24.04.1 LTS" });
  addAgent(world, "build-01", {
    state: "OFFLINE",
    lastSeenAt: ago(60 * 5),
    coverage: [coverage("FRESH", 60 * 5)],
    canInstall: false,
    cannotInstallReason: "Installing needs root; the agent runs as the user build.",
  });
  addAgent(world, "new-host", {
    state: "NEVER_SEEN",
    lastSeenAt: null,
    osName: null,
    canInstall: null,
    requiresReboot: null,
    pendingRestarts: null,
    coverage: [coverage("NEVER", 0, "No scan has been reported yet.")],
  });
  addUpdate(world, web, "openssl", {
    ...SECURITY,
    severity: "CRITICAL",
    installedVersion: "3.0.14-1~deb12u2",
    candidateVersion: "3.0.15-1~deb12u1",
    restart: "SERVICE",
    downloadBytes: 1_432_118,
    details: { section: "utils", phasedPercent: 100 },
  });
  addUpdate(world, web, "libssl3", {
    ...SECURITY,
    severity: "HIGH",
    installedVersion: "3.0.14-1~deb12u2",
    candidateVersion: "3.0.15-1~deb12u1",
    downloadBytes: 2_019_880,
  });
  addUpdate(world, web, "nginx", {
    kind: "BUGFIX",
    severity: "MEDIUM",
    installedVersion: "1.22.1-9",
    candidateVersion: "1.22.1-9+deb12u1",
    keptBackReason: "A plain upgrade leaves it out, because it installs libgeoip1.",
  });
  addUpdate(world, database, "postgresql-15", {
    heldBy: ["REDFLAG", "MACHINE_MARK"],
    holdReason: "Upgrade with the team on Tuesday.",
    holdSetBy: "alice",
    holdSetAt: ago(300),
    severity: "LOW",
  });
  addUpdate(world, database, "linux-image-6.1.0-28-amd64", {
    ...SECURITY,
    severity: "HIGH",
    installedVersion: null,
    candidateVersion: "6.1.119-1",
    downloadBytes: 68_900_000,
    restart: "SYSTEM",
  });
  addUpdate(world, database, "tzdata", {
    architecture: null,
    state: "APPROVED",
    decidedBy: "alice",
    decidedAt: ago(20),
  });
  addUpdate(world, web, "curl", { state: "FAILED", kind: "SECURITY", severity: "MEDIUM" });
  addUpdate(world, database, "vim-common", { state: "REJECTED", kind: "ENHANCEMENT", decidedBy: "alice" });
  world.record("agent.registered", "web-01 enrolled", { kind: "AGENT", name: "web-01" }, web.id);
  world.record(
    "scan.recorded",
    "apt on web-01 was scanned completely: 4 updates",
    { kind: "AGENT", name: "web-01" },
    web.id,
  );
  world.record("operator.logged_in", "alice logged in", { kind: "OPERATOR", name: "alice" }, null);
}

/** Adds many updates to an agent, for lists that must not be shown at once. */
export function seedMany(world: World, agent: AgentRecord, count: number): void {
  for (let index = 1; index <= count; index += 1) {
    addUpdate(world, agent, `package-${String(index).padStart(4, "0")}`, { severity: "LOW" });
  }
}
