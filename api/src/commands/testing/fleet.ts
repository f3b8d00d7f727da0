import { uuidv7 } from "uuidv7";
import { noPermissions, type AgentCaller, type OperatorCaller } from "../../access/caller.js";
import { permissionsOf } from "../../access/permissions.js";
import { agentStream } from "../../agents/agent-stream.js";
import { agentEvents } from "../../agents/project-agents.js";
import { inTransaction } from "../../database/unit-of-work.js";
import { systemActor, type NewEvent } from "../../events/event.js";
import { verify, type TableDifference } from "../../events/verify.js";
import { planEvents } from "../../plans/project-plans.js";
import { plansOfCommands } from "../../plans/settle-plan.js";
import { retentionEvents } from "../../retention/project-retention.js";
import { scanEvents } from "../../scans/project-scans.js";
import type { ScanItem } from "../../scans/scans.events.js";
import { createTestDatabase, type TestDatabase } from "../../testing/database.js";
import { createTestEventLog, type TestEventLog } from "../../testing/event-log.js";
import { updateEvents } from "../../updates/project-updates.js";
import type { CommandParts } from "../command-parts.js";
import { commandEvents } from "../project-commands.js";

const families = [agentEvents, scanEvents, updateEvents, planEvents, commandEvents, retentionEvents];

/** A database with agents in it, for the tests of plans and commands. */
export interface Fleet extends AsyncDisposable {
  readonly database: TestDatabase;
  readonly log: TestEventLog;
  readonly parts: CommandParts;
  /** Appends to one agent's stream as the server itself, or as an operator. */
  append(agentId: string, events: readonly NewEvent[], operator?: OperatorCaller): Promise<void>;
  /** Enrols an agent whose source apt lists these packages, each at version 2. */
  enrol(options?: { canInstall?: boolean; packages?: readonly string[] }): Promise<EnrolledAgent>;
  /** What the state says otherwise than the log; nothing when all is well. */
  differences(): Promise<readonly TableDifference[]>;
  drop(): Promise<void>;
}

/** An agent of a fleet. */
export interface EnrolledAgent {
  readonly caller: AgentCaller;
  /** Global id. */
  readonly id: string;
  /** Plain ids of its updates by package name. */
  readonly updates: ReadonlyMap<string, string>;
}

/** A person who may do everything. */
export const alice: OperatorCaller = {
  kind: "operator",
  id: uuidv7(),
  name: "alice",
  role: "admin",
  permissions: permissionsOf.admin,
  sessionId: uuidv7(),
  expiresAt: new Date("2100-01-01"),
};

/** Makes a fleet on a database of its own. `clock` is the server's, not the database's. */
export async function createFleet(options: { clock?: () => number; poolSize?: number } = {}): Promise<Fleet> {
  const database = await createTestDatabase({ poolSize: options.poolSize ?? 10 });
  const log = createTestEventLog(families, options.clock);
  const parts: CommandParts = { database, events: log.log, plans: plansOfCommands };
  const append: Fleet["append"] = async (agentId, events, operator) => {
    const actor = operator ? { kind: "operator" as const, id: null, name: operator.name } : systemActor;
    await inTransaction(database, (tx) => log.log.append(tx, agentStream(agentId), events, actor));
  };
  return {
    database,
    log,
    parts,
    append,
    async enrol({ canInstall = true, packages = [] } = {}) {
      const agentId = uuidv7();
      await append(agentId, [registered(canInstall)]);
      const updates = new Map(packages.map((name) => [name, uuidv7()]));
      await append(agentId, [scanned(updates)]);
      const caller: AgentCaller = {
        kind: "agent",
        id: agentId,
        name: `host-${agentId.slice(-4)}`,
        permissions: noPermissions,
        expiresAt: new Date("2100-01-01"),
      };
      return { caller, id: `agent_${agentId}`, updates };
    },
    differences: async () => (await verify(database, log.projectors)).differences,
    drop: () => database.drop(),
    [Symbol.asyncDispose]: () => database.drop(),
  };
}

function registered(canInstall: boolean): NewEvent {
  return agentEvents.of("agent.registered", {
    facts: {
      hostname: "host",
      osName: "Debian GNU/Linux 12 (bookworm)",
      osVersion: "12",
      architecture: "x64",
      machineFingerprint: null,
      agentVersion: "0.1.0",
      canInstall,
      cannotInstallReason: canInstall ? null : "Installing needs root.",
      requiresReboot: null,
    },
    registrationTokenId: uuidv7(),
  });
}

/** A complete scan of apt that finds version 2 of each of these packages. */
function scanned(updates: ReadonlyMap<string, string>): NewEvent {
  const at = new Date().toISOString();
  return scanEvents.of("scan.recorded", {
    scanId: uuidv7(),
    source: "apt",
    scanNumber: 1,
    status: "COMPLETE",
    startedAt: at,
    finishedAt: at,
    digest: "0".repeat(64),
    isSettled: true,
    confirmedAt: null,
    versionScheme: "debian",
    updateCount: updates.size,
    indexAgeSeconds: 60,
    warnings: [],
    failure: null,
    pendingRestarts: null,
    commandId: null,
    difference: {
      opened: [...updates].map(([name, id]) => ({ id, item: listed(name) })),
      changed: [],
      closed: [],
      restartNeeded: [],
      proved: [],
      contradicted: [],
      confirmed: [],
    },
  });
}

function listed(name: string): ScanItem {
  return {
    key: `${name}:amd64`,
    name,
    architecture: "amd64",
    installedVersion: "1",
    candidateVersion: "2",
    origin: null,
    kind: "OTHER",
    severity: "UNKNOWN",
    advisories: [],
    downloadBytes: null,
    isHeldByMark: false,
    isHeldByPin: false,
    restart: "NONE",
    keptBackReason: null,
    releaseNotesUrl: null,
    details: null,
  };
}
