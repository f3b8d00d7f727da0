import { Field, ObjectType, registerEnumType } from "type-graphql";
import { Inherits } from "../access/rules.js";
import { CommandOutputLine } from "../commands/command.type.js";
import { DateTime } from "../schema/scalars.js";
import type { WakeReason } from "./wakes.sql.js";

/** The enum `AgentWakeReason`. */
export const AgentWakeReason = {
  COMMAND_QUEUED: "COMMAND_QUEUED",
  CANCEL_REQUESTED: "CANCEL_REQUESTED",
} as const satisfies Record<WakeReason, WakeReason>;

registerEnumType(AgentWakeReason, { name: "AgentWakeReason" });

/** What every event begins with. Its objects are read anew when it is sent. */
@ObjectType({ simpleResolvers: true })
abstract class LiveEvent {
  @Field(() => String)
  sequence!: string;

  @Field(() => DateTime)
  occurredAt!: Date;
}

@Inherits()
@ObjectType({ simpleResolvers: true })
export class AgentChangedEvent extends LiveEvent {
  /** Plain uuid; not a field. */
  agentId!: string;
}

@Inherits()
@ObjectType({ simpleResolvers: true })
export class ScanFinishedEvent extends LiveEvent {
  /** Plain uuid; not a field. */
  scanId!: string;
}

@Inherits()
@ObjectType({ simpleResolvers: true })
export class UpdatesChangedEvent extends LiveEvent {
  @Field(() => Boolean)
  isTruncated!: boolean;

  /** Plain uuids; not fields. */
  agentId!: string;
  updateIds!: readonly string[];
}

@Inherits()
@ObjectType({ simpleResolvers: true })
export class CommandProgressedEvent extends LiveEvent {
  @Field(() => [CommandOutputLine])
  lines!: readonly CommandOutputLine[];

  /** Plain uuid; not a field. */
  commandId!: string;
}

@Inherits()
@ObjectType({ simpleResolvers: true })
export class AgentWokenEvent extends LiveEvent {
  @Field(() => AgentWakeReason)
  reason!: WakeReason;
}
