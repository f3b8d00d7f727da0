import { BigIntType } from "@mikro-orm/core";
import { Entity, PrimaryKey, Property } from "@mikro-orm/decorators/legacy";
import type { ClosedReason, RestartKind, Severity, UpdateKind } from "../scans/scans.events.js";
import type { UpdateState } from "./update-states.js";

/** One candidate version of one package on one agent, as projected from the agent's events. Read only. */
@Entity({ tableName: "updates" })
export class UpdateEntity {
  @PrimaryKey({ type: "uuid" })
  id!: string;

  @Property({ type: "uuid" })
  agentId!: string;

  @Property({ type: "text" })
  source!: string;

  @Property({ type: "text" })
  name!: string;

  @Property({ type: "text", nullable: true })
  architecture!: string | null;

  @Property({ type: "text", nullable: true })
  installedVersion!: string | null;

  @Property({ type: "text" })
  candidateVersion!: string;

  @Property({ type: "text" })
  versionScheme!: string;

  @Property({ type: "text", nullable: true })
  origin!: string | null;

  @Property({ type: "text" })
  kind!: UpdateKind;

  @Property({ type: "text" })
  severity!: Severity;

  @Property({ type: "string[]" })
  advisories!: string[];

  @Property({ type: new BigIntType("number"), nullable: true })
  downloadBytes!: number | null;

  @Property({ type: "text" })
  restart!: RestartKind;

  @Property({ type: "text", nullable: true })
  keptBackReason!: string | null;

  @Property({ type: "text", nullable: true })
  releaseNotesUrl!: string | null;

  @Property({ type: "jsonb", nullable: true })
  details!: unknown;

  @Property({ type: "text" })
  state!: UpdateState;

  @Property({ type: "text", nullable: true })
  closedReason!: ClosedReason | null;

  @Property({ type: "text", nullable: true })
  failureCode!: string | null;

  @Property({ type: "text", nullable: true })
  failureMessage!: string | null;

  @Property({ type: "boolean" })
  isHeld!: boolean;

  @Property({ type: "boolean" })
  isHeldByMark!: boolean;

  @Property({ type: "boolean" })
  isHeldByPin!: boolean;

  @Property({ type: "boolean" })
  isHeldByOperator!: boolean;

  @Property({ type: "text", nullable: true })
  holdReason!: string | null;

  @Property({ type: "text", nullable: true })
  holdSetBy!: string | null;

  @Property({ type: "timestamptz", nullable: true })
  holdSetAt!: Date | null;

  @Property({ type: "timestamptz" })
  discoveredAt!: Date;

  @Property({ type: "timestamptz" })
  changedAt!: Date;

  @Property({ type: "text", nullable: true })
  decidedBy!: string | null;

  @Property({ type: "timestamptz", nullable: true })
  decidedAt!: Date | null;

  @Property({ type: "timestamptz", nullable: true })
  verifiedAt!: Date | null;
}

/** The same as SQL over `updates u`, for lists. */
export const UPDATE_COLUMNS = `u.id, u.agent_id as "agentId", u.source, u.name, u.architecture,
  u.installed_version as "installedVersion", u.candidate_version as "candidateVersion",
  u.version_scheme as "versionScheme", u.origin, u.kind, u.severity, u.advisories,
  u.download_bytes as "downloadBytes", u.restart, u.kept_back_reason as "keptBackReason", u.release_notes_url as "releaseNotesUrl", u.details, u.state,
  u.closed_reason as "closedReason", u.failure_code as "failureCode", u.failure_message as "failureMessage",
  u.is_held as "isHeld", u.is_held_by_mark as "isHeldByMark", u.is_held_by_pin as "isHeldByPin",
  u.is_held_by_operator as "isHeldByOperator", u.hold_reason as "holdReason", u.hold_set_by as "holdSetBy",
  u.hold_set_at as "holdSetAt", u.discovered_at as "discoveredAt",
  u.changed_at as "changedAt", u.decided_by as "decidedBy", u.decided_at as "decidedAt",
  u.verified_at as "verifiedAt"`;
