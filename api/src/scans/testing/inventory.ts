import { createHash, randomBytes } from "node:crypto";
import { uuidv7 } from "uuidv7";
import { noPermissions, type AgentCaller, type OperatorCaller } from "../../access/caller.js";
import { permissionsOf } from "../../access/permissions.js";
import { AgentEntity } from "../../agents/agent.entity.js";
import type { RawFacts } from "../../agents/clean-facts.js";
import type { CommandsInHand } from "../../agents/commands-in-hand.js";
import { agentStream } from "../../agents/agent-stream.js";
import { defaultInventorySettings } from "../../agents/inventory-settings.js";
import { agentEvents } from "../../agents/project-agents.js";
import { registerAgent } from "../../agents/register-agent.js";
import type { AgentCredentials } from "../../agents/issue-credentials.js";
import { CommandEntity } from "../../commands/command.entity.js";
import { commandEvents } from "../../commands/project-commands.js";
import { inTransaction } from "../../database/unit-of-work.js";
import { systemActor, type NewEvent } from "../../events/event.js";
import { verify, type TableDifference } from "../../events/verify.js";
import { PlanEntity } from "../../plans/plan.entity.js";
import { planEvents } from "../../plans/project-plans.js";
import { createContext, type RequestContext } from "../../schema/context.js";
import { createTestDatabase, type TestDatabase } from "../../testing/database.js";
import { createTestEventLog, type TestEventLog } from "../../testing/event-log.js";
import { silentLog } from "../../testing/silent-log.js";
import { createClaimSeat } from "../../tokens/claim-seat.js";
import { tokenEvents } from "../../tokens/tokens.events.js";
import { addRegistrationToken } from "../../tokens/add-registration-token.js";
import { UpdateEntity } from "../../updates/update.entity.js";
import { updateEvents } from "../../updates/project-updates.js";
import { readReport } from "../read-report.js";
import { recordScan } from "../record-scan.js";
import { ScanEntity } from "../scan.entity.js";
import { retentionEvents } from "../../retention/project-retention.js";
import { scanEvents } from "../project-scans.js";
import type { PendingRestartInput, ReportScanInput, ScanItemInput } from "../scans.inputs.js";

const entities = [AgentEntity, ScanEntity, UpdateEntity, CommandEntity, PlanEntity];
const families = [
  tokenEvents,
  agentEvents,
  scanEvents,
  updateEvents,
  commandEvents,
  planEvents,
  retentionEvents,
];

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

export const bob: OperatorCaller = { ...alice, id: uuidv7(), name: "bob" };

/** What a sound machine tells about itself. */
export const soundFacts: RawFacts = {
  hostname: "web-1",
  osName: "Debian GNU/Linux 12 (bookworm)",
  osVersion: "12",
  architecture: "x64",
  machineFingerprint: "ab".repeat(32),
  agentVersion: "0.1.0",
  canInstall: true,
};

/** A database with agents that report scans, for the tests of agents, scans and updates. */
export interface Inventory extends AsyncDisposable {
  readonly database: TestDatabase;
  readonly log: TestEventLog;
  readonly parts: { database: TestDatabase; events: TestEventLog["log"] };
  /** Enrols a machine with a registration token of its own. */
  enrol(facts?: Partial<RawFacts>): Promise<{ caller: AgentCaller; credentials: AgentCredentials }>;
  /** Makes a registration token and answers with its secret. */
  makeToken(seats?: number): Promise<string>;
  /** Reports a scan and answers with its id, or null when it came too late. */
  report(agent: AgentCaller, scanNumber: number, more?: Partial<ReportScanInput>): Promise<string | null>;
  append(agentId: string, events: readonly NewEvent[]): Promise<void>;
  /** Every update of an agent in the order of their opening, with the columns asked for. */
  updates<Row extends object>(agentId: string, columns: string): Promise<Row[]>;
  context(caller?: RequestContext["caller"]): RequestContext;
  /** What the state says otherwise than the log; nothing when all is well. */
  differences(): Promise<readonly TableDifference[]>;
}

/** Nobody has commands. */
export const noCommands: CommandsInHand = {
  renewLeases: async () => {},
  cancelled: async () => [],
  hasQueued: async () => false,
  hasInHand: async () => false,
};

/** Makes an inventory on a database of its own. `clock` is the server's, not the database's. */
export async function createInventory(options: { clock?: () => number } = {}): Promise<Inventory> {
  const clock = options.clock ?? Date.now;
  const database = await createTestDatabase({ entities });
  const log = createTestEventLog(families, clock);
  const parts = { database, events: log.log };
  const registerParts = {
    ...parts,
    claimSeat: createClaimSeat({ events: log.log, clock }),
    clock,
    randomBytes,
    settings: defaultInventorySettings,
  };
  const makeToken: Inventory["makeToken"] = async (seats = 1) => {
    const accessParts = { ...parts, clock, random: randomBytes };
    const input = { name: "test", seats, validSeconds: 86_400 };
    return (await addRegistrationToken(accessParts, systemActor, input)).secret;
  };
  return {
    database,
    log,
    parts,
    makeToken,
    async enrol(facts = {}) {
      const input = { registrationToken: await makeToken(), facts: { ...soundFacts, ...facts } };
      const { agentId, credentials } = await registerAgent(registerParts, input);
      return { caller: callerOf(agentId), credentials };
    },
    report: (agent, scanNumber, more) => recordScan(parts, agent, readReport(reportOf(scanNumber, more))),
    append: async (agentId, events) => {
      await inTransaction(database, (tx) => log.log.append(tx, agentStream(agentId), events, systemActor));
    },
    updates: (agentId, columns) =>
      database.query(`select ${columns} from updates where agent_id = $1 order by id`, [agentId]),
    context: (caller = alice) =>
      createContext({
        requestId: "test",
        caller,
        database,
        log: silentLog,
        address: "127.0.0.1",
        signal: new AbortController().signal,
      }),
    differences: async () => (await verify(database, log.projectors)).differences,
    [Symbol.asyncDispose]: () => database.drop(),
  };
}

/** An agent as its token would name it. */
export function callerOf(agentId: string): AgentCaller {
  return {
    kind: "agent",
    id: agentId,
    name: "web-1",
    permissions: noPermissions,
    expiresAt: new Date("2100-01-01"),
  };
}

/** A report that says only what it must; each number scans a minute after the one before. */
export function reportOf(scanNumber: number, more: Partial<ReportScanInput> = {}): ReportScanInput {
  const startedAt = new Date(Date.UTC(2026, 0, 1) + scanNumber * 60_000);
  const items = more.items ?? [];
  const status = more.status ?? "COMPLETE";
  return {
    source: "apt",
    scanNumber,
    status,
    startedAt,
    finishedAt: new Date(startedAt.getTime() + 1_000),
    digest: createHash("sha256")
      .update(JSON.stringify([status, items]))
      .digest("hex"),
    items,
    versionScheme: "debian",
    ...(status === "COMPLETE"
      ? {}
      : { failure: { code: "OFFLINE", message: "The mirror cannot be reached." } }),
    ...more,
  };
}

/** A service that must restart because of a package. */
export function restartOf(name: string): PendingRestartInput {
  const reason = `${name} runs old code.`;
  return { kind: "SERVICE", name: `${name}.service`, keys: [`${name}:amd64`], reason };
}

/** A package with a pending update from version 1. */
export function itemOf(
  name: string,
  candidateVersion = "2",
  more: Partial<ScanItemInput> = {},
): ScanItemInput {
  return {
    key: `${name}:amd64`,
    name,
    architecture: "amd64",
    installedVersion: "1",
    candidateVersion,
    kind: "OTHER",
    severity: "UNKNOWN",
    restart: "NONE",
    ...more,
  };
}
