import { Field, ObjectType, registerEnumType } from "type-graphql";
import { Inherits, Requires } from "../access/rules.js";
import { Failure, toFailure } from "../scans/failure.type.js";
import { encodeId } from "../schema/global-id.js";
import { Node } from "../schema/node.type.js";
import { ReversibilityLevel } from "../commands/command-enums.js";
import { DateTime, SafeInt } from "../schema/scalars.js";
import type { PlanEntity } from "./plan.entity.js";
import type { Reversibility as ReversibilityWord } from "../commands/commands.events.js";
import type { PlanState as StateWord } from "./plans.sql.js";

/** The enum `PlanState`. */
export const PlanState = {
  RESOLVING: "RESOLVING",
  READY: "READY",
  FAILED: "FAILED",
  EXPIRED: "EXPIRED",
  STARTED: "STARTED",
} as const satisfies Record<StateWord, StateWord>;

registerEnumType(PlanState, { name: "PlanState" });

/** One package in a plan. */
@Inherits()
@ObjectType({ simpleResolvers: true })
export class PlanItem {
  @Field(() => String)
  name!: string;

  @Field(() => String, { nullable: true })
  architecture!: string | null;

  @Field(() => String, { nullable: true })
  fromVersion!: string | null;

  @Field(() => String, { nullable: true })
  toVersion!: string | null;

  @Field(() => Boolean)
  isDowngrade!: boolean;

  @Field(() => String, { nullable: true })
  origin!: string | null;

  @Field(() => SafeInt, { nullable: true })
  downloadBytes!: number | null;
}

/** One package that a plan leaves as it is although there is a newer version. */
@Inherits()
@ObjectType({ simpleResolvers: true })
export class PlanKept {
  @Field(() => String)
  name!: string;

  @Field(() => String, { nullable: true })
  architecture!: string | null;

  @Field(() => String)
  installedVersion!: string;

  @Field(() => String)
  candidateVersion!: string;

  @Field(() => String)
  reason!: string;
}

/** How far an install can be taken back. */
@Inherits()
@ObjectType({ simpleResolvers: true })
export class Reversibility {
  @Field(() => ReversibilityLevel)
  level!: ReversibilityWord["level"];

  @Field(() => [String])
  reasons!: readonly string[];
}

/** Something that stands in the way of a plan. */
@Inherits()
@ObjectType({ simpleResolvers: true })
export class PlanBlocker {
  @Field(() => String)
  code!: string;

  @Field(() => String)
  message!: string;
}

/** A plan. Its agent, updates and commands are resolved when selected. */
@Requires("updates:read")
@ObjectType({ implements: Node, simpleResolvers: true })
export class Plan extends Node {
  @Field(() => String)
  source!: string;

  @Field(() => PlanState)
  state!: StateWord;

  @Field(() => String, { nullable: true })
  digest!: string | null;

  @Field(() => [PlanItem])
  items!: readonly PlanItem[];

  @Field(() => [PlanItem])
  alsoInstalls!: readonly PlanItem[];

  @Field(() => [PlanItem])
  alsoRemoves!: readonly PlanItem[];

  @Field(() => [PlanKept])
  alsoKept!: readonly PlanKept[];

  @Field(() => SafeInt, { nullable: true })
  downloadBytes!: number | null;

  @Field(() => SafeInt, { nullable: true })
  diskBytes!: number | null;

  @Field(() => [String], { nullable: true })
  restartsServices!: readonly string[] | null;

  @Field(() => Boolean, { nullable: true })
  requiresReboot!: boolean | null;

  @Field(() => [String])
  restartReasons!: readonly string[];

  @Field(() => Reversibility, { nullable: true })
  reversibility!: Reversibility | null;

  /** What the agent found; the field of this name adds what RedFlag holds now. Not a field. */
  blockers!: readonly PlanBlocker[];

  @Field(() => Failure, { nullable: true })
  failure!: Failure | null;

  @Field(() => String)
  requestedBy!: string;

  @Field(() => DateTime)
  requestedAt!: Date;

  @Field(() => DateTime, { nullable: true })
  resolvedAt!: Date | null;

  @Field(() => DateTime, { nullable: true })
  expiresAt!: Date | null;

  /** Plain uuids for the fields that are resolved. Not fields. */
  uuid!: string;
  agentId!: string;
  planCommandId!: string;
  installCommandId!: string | null;
}

/** A plan as clients see it. */
export function toPlan(entity: PlanEntity): Plan {
  const { id, shownState, failureCode, failureMessage, ...same } = entity;
  return {
    ...same,
    id: encodeId("plan", id),
    uuid: id,
    state: shownState,
    failure: toFailure(failureCode, failureMessage),
  };
}
