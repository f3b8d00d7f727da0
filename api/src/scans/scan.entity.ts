import { BigIntType } from "@mikro-orm/core";
import { Entity, PrimaryKey, Property } from "@mikro-orm/decorators/legacy";
import type { ScanStatus, ScanWarning } from "./scans.events.js";

/** One run of one source on one agent, as projected from `scan.recorded`. Read only. */
@Entity({ tableName: "scans" })
export class ScanEntity {
  @PrimaryKey({ type: "uuid" })
  id!: string;

  @Property({ type: "uuid" })
  agentId!: string;

  @Property({ type: "text" })
  source!: string;

  @Property({ type: new BigIntType("number") })
  scanNumber!: number;

  @Property({ type: "text" })
  status!: ScanStatus;

  @Property({ type: "timestamptz" })
  startedAt!: Date;

  @Property({ type: "timestamptz" })
  finishedAt!: Date;

  @Property({ type: "timestamptz" })
  recordedAt!: Date;

  @Property({ type: "integer" })
  updateCount!: number;

  @Property({ type: "integer", nullable: true })
  indexAgeSeconds!: number | null;

  @Property({ type: "jsonb" })
  warnings!: ScanWarning[];

  @Property({ type: "text", nullable: true })
  failureCode!: string | null;

  @Property({ type: "text", nullable: true })
  failureMessage!: string | null;
}

/** The same as SQL over `scans s`, for lists. */
export const SCAN_COLUMNS = `s.id, s.agent_id as "agentId", s.source, s.scan_number as "scanNumber", s.status,
  s.started_at as "startedAt", s.finished_at as "finishedAt", s.recorded_at as "recordedAt",
  s.update_count as "updateCount", s.index_age_seconds as "indexAgeSeconds", s.warnings,
  s.failure_code as "failureCode", s.failure_message as "failureMessage"`;
