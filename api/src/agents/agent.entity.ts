import { Entity, Formula, PrimaryKey, Property } from "@mikro-orm/decorators/legacy";
import { agentStateSql, type AgentState } from "./agent-state.js";

/** One managed machine, as projected from the events of `agent:<id>`, with its presence. Read only. */
@Entity({ tableName: "agents" })
export class AgentEntity {
  @PrimaryKey({ type: "uuid" })
  id!: string;

  @Property({ type: "text" })
  name!: string;

  @Property({ type: "text" })
  hostname!: string;

  @Property({ type: "text", nullable: true })
  osName!: string | null;

  @Property({ type: "text", nullable: true })
  osVersion!: string | null;

  @Property({ type: "text" })
  architecture!: string;

  @Property({ type: "text", nullable: true })
  machineFingerprint!: string | null;

  @Property({ type: "text" })
  agentVersion!: string;

  @Property({ type: "boolean" })
  canInstall!: boolean;

  @Property({ type: "text", nullable: true })
  cannotInstallReason!: string | null;

  @Property({ type: "boolean", nullable: true })
  requiresReboot!: boolean | null;

  @Property({ type: "timestamptz" })
  registeredAt!: Date;

  @Property({ type: "timestamptz", nullable: true })
  retiredAt!: Date | null;

  @Property({ type: "integer" })
  version!: number;

  @Formula<AgentEntity>(({ id }) => `(select last_seen_at from agent_presence where agent_id = ${id})`, {
    type: "timestamptz",
  })
  lastSeenAt!: Date | null;

  @Formula<AgentEntity>(
    ({ id }, table) =>
      `(select ${agentStateSql(String(table), "p")} from (select 1) one left join agent_presence p on p.agent_id = ${id})`,
    { type: "text" },
  )
  state!: AgentState;

  @Formula<AgentEntity>(({ id }) => `(select interval_seconds from agent_presence where agent_id = ${id})`, {
    type: "integer",
  })
  checkInIntervalSeconds!: number;
}

/** The same as SQL over `agents a left join agent_presence p`, for lists. */
export const AGENT_COLUMNS = `a.id, a.name, a.hostname, a.os_name as "osName", a.os_version as "osVersion",
  a.architecture, a.machine_fingerprint as "machineFingerprint", a.agent_version as "agentVersion",
  a.can_install as "canInstall", a.cannot_install_reason as "cannotInstallReason",
  a.requires_reboot as "requiresReboot", a.registered_at as "registeredAt", a.retired_at as "retiredAt",
  a.version, p.last_seen_at as "lastSeenAt", ${agentStateSql("a", "p")} as state,
  p.interval_seconds as "checkInIntervalSeconds"`;
