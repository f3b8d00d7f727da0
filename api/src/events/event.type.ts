import { Field, ObjectType, registerEnumType } from "type-graphql";
import { Inherits, Requires } from "../access/rules.js";
import { Node } from "../schema/node.type.js";
import { ConnectionType, EdgeType } from "../schema/page.type.js";
import { DateTime } from "../schema/scalars.js";
import type { Actor } from "./event.js";

/** The enum `ActorKind`. */
export const ActorKind = {
  OPERATOR: "operator",
  API_TOKEN: "api-token",
  AGENT: "agent",
  SYSTEM: "system",
} as const satisfies Record<string, Actor["kind"]>;

registerEnumType(ActorKind, { name: "ActorKind" });

/** Who did it. */
@Inherits()
@ObjectType("Actor", { simpleResolvers: true })
export class ActorType {
  @Field(() => ActorKind)
  kind!: Actor["kind"];

  @Field(() => String, { nullable: true })
  name!: string | null;
}

/** One immutable line of what happened. `agent` is worked out when it is asked for. */
@Requires("events:read")
@ObjectType("Event", { implements: Node, simpleResolvers: true })
export class EventType extends Node {
  @Field(() => String)
  sequence!: string;

  @Field(() => String)
  type!: string;

  @Field(() => String)
  summary!: string;

  @Field(() => ActorType)
  actor!: Actor;

  @Field(() => DateTime)
  occurredAt!: Date;

  /** The agent's plain uuid; null when the event concerns none. Not a field. */
  agentId!: string | null;
}

@Inherits()
@ObjectType({ simpleResolvers: true })
export class EventEdge extends EdgeType(EventType) {}

@Requires("events:read")
@ObjectType({ simpleResolvers: true })
export class EventConnection extends ConnectionType(EventEdge, EventType) {}
