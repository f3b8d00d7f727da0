import type { ClientConfig } from "pg";
import type { AgentCaller } from "../../access/caller.js";
import { agentEvents } from "../../agents/project-agents.js";
import { claimCommands } from "../../commands/claim-commands.js";
import { commandEvents } from "../../commands/project-commands.js";
import { connectDatabase } from "../../database/connect.js";
import { EventLog } from "../../events/append.js";
import { EventBus } from "../../events/event-bus.js";
import { Projectors } from "../../events/projector.js";
import { planEvents } from "../../plans/project-plans.js";
import { plansOfCommands } from "../../plans/settle-plan.js";
import { retentionEvents } from "../../retention/project-retention.js";
import { scanEvents } from "../../scans/project-scans.js";
import { updateEvents } from "../../updates/project-updates.js";
import { silentLog } from "../silent-log.js";

/**
 * A server that claims for an agent and dies by SIGKILL: before it commits, or after, before it answers. argv:
 * the connection as JSON, the agent's plain uuid, "before" or "after".
 */
const [, , connection = "{}", id = "", when = "after"] = process.argv;
const die = (): void => void process.kill(process.pid, "SIGKILL");
const database = await connectDatabase({
  connection: JSON.parse(connection) as ClientConfig,
  entities: [],
  log: silentLog,
});
const families = [agentEvents, scanEvents, updateEvents, planEvents, commandEvents, retentionEvents];
const projectors = new Projectors(families);
const log = new EventLog({ projectors, bus: new EventBus(silentLog), clock: Date.now });
const append: EventLog["append"] = async (...parameters) => {
  const recorded = await log.append(...parameters);
  if (when === "before") die();
  return recorded;
};
const agent: AgentCaller = { kind: "agent", id, name: "host", permissions: new Set(), expiresAt: new Date() };
const events = { append } as unknown as EventLog;
const claimed = await claimCommands({ database, events, plans: plansOfCommands }, agent, 10);
process.stdout.write(`${JSON.stringify(claimed.length)}\n`, die);
