import { Field, Int, ObjectType, registerEnumType } from "type-graphql";
import { Inherits, Requires } from "../access/rules.js";
import { encodeId } from "../schema/global-id.js";
import { Node } from "../schema/node.type.js";
import { ConnectionType, EdgeType } from "../schema/page.type.js";
import { DateTime } from "../schema/scalars.js";
import type { AgentEntity } from "./agent.entity.js";
import type { AgentState as StateWord } from "./agent-state.js";

/** The enum `AgentState`. */
export const AgentState = {
  ONLINE: "ONLINE",
  OFFLINE: "OFFLINE",
  NEVER_SEEN: "NEVER_SEEN",
  RETIRED: "RETIRED",
} as const satisfies Record<StateWord, StateWord>;

registerEnumType(AgentState, { name: "AgentState" });

/** One managed machine. Its lists and counts are fields of their nouns' resolvers. */
@Requires("agents:read")
@ObjectType({ implements: Node, simpleResolvers: true })
export class Agent extends Node {
  @Field(() => String)
  name!: string;

  @Field(() => String, { nullable: true })
  hostname!: string | null;

  @Field(() => AgentState)
  state!: StateWord;

  @Field(() => String, { nullable: true })
  osName!: string | null;

  @Field(() => String, { nullable: true })
  osVersion!: string | null;

  @Field(() => String, { nullable: true })
  architecture!: string | null;

  @Field(() => String, { nullable: true })
  machineFingerprint!: string | null;

  @Field(() => String, { nullable: true })
  agentVersion!: string | null;

  @Field(() => Boolean, { nullable: true })
  canInstall!: boolean | null;

  @Field(() => String, { nullable: true })
  cannotInstallReason!: string | null;

  @Field(() => Boolean, { nullable: true })
  requiresReboot!: boolean | null;

  @Field(() => DateTime)
  registeredAt!: Date;

  @Field(() => DateTime, { nullable: true })
  lastSeenAt!: Date | null;

  @Field(() => DateTime, { nullable: true })
  retiredAt!: Date | null;

  @Field(() => Int)
  checkInIntervalSeconds!: number;

  @Field(() => Int)
  version!: number;
}

/** An agent as clients see it. */
export function toAgent(row: AgentEntity): Agent {
  return {
    id: encodeId("agent", row.id),
    name: row.name,
    hostname: row.hostname,
    state: row.state,
    osName: row.osName,
    osVersion: row.osVersion,
    architecture: row.architecture,
    machineFingerprint: row.machineFingerprint,
    agentVersion: row.agentVersion,
    canInstall: row.canInstall,
    cannotInstallReason: row.cannotInstallReason,
    requiresReboot: row.requiresReboot,
    registeredAt: row.registeredAt,
    lastSeenAt: row.lastSeenAt,
    retiredAt: row.retiredAt,
    checkInIntervalSeconds: row.checkInIntervalSeconds,
    version: row.version,
  };
}

@Inherits()
@ObjectType({ simpleResolvers: true })
export class AgentEdge extends EdgeType(Agent) {}

@Requires("agents:read")
@ObjectType({ simpleResolvers: true })
export class AgentConnection extends ConnectionType(AgentEdge, Agent) {
  /** A function asks the database only when the field is selected. */
  @Field(() => Int)
  unknownAgents!: number | (() => Promise<number>);
}
