import { Field, Float, Int, ObjectType } from "type-graphql";
import { Inherits, Requires } from "../access/rules.js";
import { Failure, toFailure } from "../scans/failure.type.js";
import { RestartKind } from "../scans/scan-enums.js";
import type { RestartKind as RestartWord } from "../scans/scans.events.js";
import { encodeId } from "../schema/global-id.js";
import { Node } from "../schema/node.type.js";
import { ConnectionType, EdgeType } from "../schema/page.type.js";
import { DateTime } from "../schema/scalars.js";
import { CommandState, CommandType, ItemOutcome } from "./command-enums.js";
import type { CommandEntity } from "./command.entity.js";
import type { CommandState as StateWord } from "./command-states.js";
import type { CommandItem as Item, CommandType as TypeWord, Reversibility } from "./commands.events.js";

/** Where a running command stands. */
@Inherits()
@ObjectType({ simpleResolvers: true })
export class CommandProgress {
  @Field(() => String)
  phase!: string;

  @Field(() => Float, { nullable: true })
  percent!: number | null;

  @Field(() => String, { nullable: true })
  itemName!: string | null;

  @Field(() => Boolean)
  isCancellable!: boolean;

  @Field(() => DateTime)
  occurredAt!: Date;
}

/** How one package of an install or a rollback ended. */
@Inherits()
@ObjectType({ simpleResolvers: true })
export class CommandItem {
  @Field(() => String)
  name!: string;

  @Field(() => String, { nullable: true })
  architecture!: string | null;

  @Field(() => ItemOutcome)
  outcome!: Item["outcome"];

  @Field(() => String, { nullable: true })
  fromVersion!: string | null;

  @Field(() => String, { nullable: true })
  toVersion!: string | null;

  @Field(() => String, { nullable: true })
  message!: string | null;
}

/** One line of a command's output. */
@Inherits()
@ObjectType({ simpleResolvers: true })
export class CommandOutputLine {
  @Field(() => Int)
  sequence!: number;

  @Field(() => DateTime)
  occurredAt!: Date;

  @Field(() => String)
  text!: string;
}

/** A command. Its agent, plan, updates, rollback, progress, output, deadline and waiting reason are resolved when selected. */
@Requires("updates:read")
@ObjectType({ implements: Node, simpleResolvers: true })
export class Command extends Node {
  @Field(() => CommandType)
  type!: TypeWord;

  @Field(() => String)
  source!: string;

  @Field(() => CommandState)
  state!: StateWord;

  @Field(() => String)
  requestedBy!: string;

  @Field(() => Boolean)
  isLocal!: boolean;

  @Field(() => DateTime)
  requestedAt!: Date;

  @Field(() => DateTime, { nullable: true })
  claimedAt!: Date | null;

  @Field(() => DateTime, { nullable: true })
  startedAt!: Date | null;

  @Field(() => DateTime, { nullable: true })
  finishedAt!: Date | null;

  @Field(() => Int)
  attempt!: number;

  @Field(() => Boolean)
  isCancelRequested!: boolean;

  @Field(() => [CommandItem])
  items!: readonly CommandItem[];

  @Field(() => Failure, { nullable: true })
  failure!: Failure | null;

  @Field(() => RestartKind, { nullable: true })
  restart!: RestartWord | null;

  @Field(() => [String])
  restartReasons!: readonly string[];

  /** Plain uuids and the like, for the fields that are resolved. Not fields. */
  uuid!: string;
  agentId!: string;
  planId!: string | null;
  updateIds!: readonly string[];
  rollsBackId!: string | null;
  localReversibility!: Reversibility | null;
  stateDeadlineAt!: Date | null;
}

@Inherits()
@ObjectType({ simpleResolvers: true })
export class CommandEdge extends EdgeType(Command) {}

@Requires("updates:read")
@ObjectType({ simpleResolvers: true })
export class CommandConnection extends ConnectionType(CommandEdge, Command) {}

/** A command as clients see it. */
export function toCommand(entity: CommandEntity): Command {
  const { id, deadlineAt, rollsBack, reversibility, failureCode, failureMessage, ...same } = entity;
  return {
    ...same,
    id: encodeId("cmd", id),
    uuid: id,
    rollsBackId: rollsBack,
    localReversibility: reversibility,
    stateDeadlineAt: deadlineAt,
    failure: toFailure(failureCode, failureMessage),
  };
}
