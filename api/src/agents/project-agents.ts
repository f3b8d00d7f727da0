import type { Sql } from "../database/sql.js";
import type { RecordedEvent } from "../events/event.js";
import { defineEvent, defineEvents } from "../events/projector.js";
import { agentOfStream } from "./agent-stream.js";
import { AgentFactsChanged, AgentRegistered, AgentRenamed, AgentRetired } from "./agents.events.js";
import type { AgentFacts } from "./agents.events.js";

/** In the order of the parameters $2 to $10 below. */
function factValues(facts: AgentFacts): unknown[] {
  return [
    facts.hostname,
    facts.osName,
    facts.osVersion,
    facts.architecture,
    facts.machineFingerprint,
    facts.agentVersion,
    facts.canInstall,
    facts.cannotInstallReason,
    facts.requiresReboot,
  ];
}

async function registered(sql: Sql, event: RecordedEvent<{ facts: AgentFacts }>): Promise<void> {
  await sql.query(
    `insert into agents (id, name, hostname, os_name, os_version, architecture, machine_fingerprint,
       agent_version, can_install, cannot_install_reason, requires_reboot, registered_at, version)
     values ($1, $2, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 1)`,
    [agentOfStream(event.stream), ...factValues(event.payload.facts), event.at],
    "agents.project-registered",
  );
}

async function factsChanged(sql: Sql, event: RecordedEvent<{ facts: AgentFacts }>): Promise<void> {
  await sql.query(
    `update agents set name = coalesce(given_name, $2), hostname = $2, os_name = $3, os_version = $4,
       architecture = $5, machine_fingerprint = $6, agent_version = $7, can_install = $8,
       cannot_install_reason = $9, requires_reboot = $10, version = version + 1
     where id = $1`,
    [agentOfStream(event.stream), ...factValues(event.payload.facts)],
    "agents.project-facts-changed",
  );
}

async function renamed(sql: Sql, event: RecordedEvent<{ name: string | null }>): Promise<void> {
  await sql.query(
    "update agents set given_name = $2, name = coalesce($2, hostname), version = version + 1 where id = $1",
    [agentOfStream(event.stream), event.payload.name],
  );
}

async function retired(sql: Sql, event: RecordedEvent): Promise<void> {
  await sql.query("update agents set retired_at = $2, version = version + 1 where id = $1", [
    agentOfStream(event.stream),
    event.at,
  ]);
}

/** What happens to agents, and how the table `agents` follows. */
export const agentEvents = defineEvents(
  {
    "agent.registered": defineEvent(
      AgentRegistered,
      registered,
      ({ facts }) => `Enrolled as ${facts.hostname}, ${facts.osName ?? "an unknown system"}.`,
    ),
    "agent.facts_changed": defineEvent(
      AgentFactsChanged,
      factsChanged,
      ({ facts }) => `Told new facts of ${facts.hostname}.`,
    ),
    "agent.renamed": defineEvent(AgentRenamed, renamed, ({ name }) =>
      name === null ? "Gave the agent its host name again." : `Renamed the agent to ${name}.`,
    ),
    "agent.retired": defineEvent(AgentRetired, retired, () => "Took the agent out of service."),
  },
  { tables: ["agents"] },
);
