import { Entity, PrimaryKey, Property } from "@mikro-orm/decorators/legacy";
import type { RestartKind } from "../scans/scans.events.js";
import type { CommandState } from "./command-states.js";
import type { CommandItem, CommandType, Reversibility } from "./commands.events.js";

/** A command, as projected from the events of its agent. Read only. */
@Entity({ tableName: "commands" })
export class CommandEntity {
  @PrimaryKey({ type: "uuid" })
  id!: string;

  @Property({ type: "uuid" })
  agentId!: string;

  @Property({ type: "text" })
  type!: CommandType;

  @Property({ type: "text" })
  source!: string;

  @Property({ type: "text" })
  state!: CommandState;

  @Property({ type: "text" })
  requestedBy!: string;

  @Property({ type: "boolean" })
  isLocal!: boolean;

  @Property({ type: "timestamptz" })
  requestedAt!: Date;

  @Property({ type: "timestamptz", nullable: true })
  claimedAt!: Date | null;

  @Property({ type: "timestamptz", nullable: true })
  startedAt!: Date | null;

  @Property({ type: "timestamptz", nullable: true })
  finishedAt!: Date | null;

  /** When the state runs out, leases aside. Null when it has ended. */
  @Property({ type: "timestamptz", nullable: true })
  deadlineAt!: Date | null;

  @Property({ type: "integer" })
  attempt!: number;

  @Property({ type: "boolean" })
  isCancelRequested!: boolean;

  @Property({ type: "uuid", nullable: true })
  planId!: string | null;

  @Property({ type: "uuid[]" })
  updateIds!: string[];

  @Property({ type: "uuid", nullable: true })
  rollsBack!: string | null;

  /** Of a local INSTALL; what the server had installed has a plan that says it. */
  @Property({ type: "jsonb", nullable: true })
  reversibility!: Reversibility | null;

  @Property({ type: "text", nullable: true })
  failureCode!: string | null;

  @Property({ type: "text", nullable: true })
  failureMessage!: string | null;

  @Property({ type: "text", nullable: true })
  restart!: RestartKind | null;

  @Property({ type: "string[]" })
  restartReasons!: string[];

  @Property({ type: "json" })
  items!: CommandItem[];
}
