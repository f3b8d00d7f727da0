import { Field, Int, ObjectType } from "type-graphql";
import { Inherits, Requires } from "../access/rules.js";
import { Failure, toFailure } from "../scans/failure.type.js";
import { RestartKind, Severity, UpdateKind } from "../scans/scan-enums.js";
import type * as words from "../scans/scans.events.js";
import { encodeId } from "../schema/global-id.js";
import { Node } from "../schema/node.type.js";
import { ConnectionType, EdgeType } from "../schema/page.type.js";
import { DateTime, Json, SafeInt } from "../schema/scalars.js";
import { HoldPlace, UpdateClosedReason, UpdateState } from "./update-enums.js";
import type { UpdateEntity } from "./update.entity.js";
import type { UpdateState as StateWord } from "./update-states.js";

/** One candidate version of one package on one agent. Its agent, plan and command are fields of resolvers. */
@Requires("updates:read")
@ObjectType({ implements: Node, simpleResolvers: true })
export class Update extends Node {
  /** Plain uuid, for the field `agent`. */
  agentId!: string;

  @Field(() => String)
  source!: string;

  @Field(() => String)
  name!: string;

  @Field(() => String, { nullable: true })
  architecture!: string | null;

  @Field(() => String, { nullable: true })
  installedVersion!: string | null;

  @Field(() => String)
  candidateVersion!: string;

  @Field(() => String)
  versionScheme!: string;

  @Field(() => String, { nullable: true })
  origin!: string | null;

  @Field(() => UpdateKind)
  kind!: words.UpdateKind;

  @Field(() => Severity)
  severity!: words.Severity;

  @Field(() => [String])
  advisories!: readonly string[];

  @Field(() => SafeInt, { nullable: true })
  downloadBytes!: number | null;

  @Field(() => RestartKind)
  restart!: words.RestartKind;

  @Field(() => String, { nullable: true })
  keptBackReason!: string | null;

  @Field(() => String, { nullable: true })
  releaseNotesUrl!: string | null;

  @Field(() => Json, { nullable: true })
  details!: unknown;

  @Field(() => UpdateState)
  state!: StateWord;

  @Field(() => UpdateClosedReason, { nullable: true })
  closedReason!: words.ClosedReason | null;

  @Field(() => Failure, { nullable: true })
  failure!: Failure | null;

  @Field(() => Boolean)
  isHeld!: boolean;

  @Field(() => [HoldPlace])
  heldBy!: readonly (keyof typeof HoldPlace)[];

  @Field(() => String, { nullable: true })
  holdReason!: string | null;

  @Field(() => String, { nullable: true })
  holdSetBy!: string | null;

  @Field(() => DateTime, { nullable: true })
  holdSetAt!: Date | null;

  @Field(() => DateTime)
  discoveredAt!: Date;

  @Field(() => DateTime)
  changedAt!: Date;

  @Field(() => String, { nullable: true })
  decidedBy!: string | null;

  @Field(() => DateTime, { nullable: true })
  decidedAt!: Date | null;

  @Field(() => DateTime, { nullable: true })
  verifiedAt!: Date | null;
}

/** An update as clients see it. */
export function toUpdate(row: UpdateEntity): Update {
  return {
    id: encodeId("upd", row.id),
    agentId: row.agentId,
    source: row.source,
    name: row.name,
    architecture: row.architecture,
    installedVersion: row.installedVersion,
    candidateVersion: row.candidateVersion,
    versionScheme: row.versionScheme,
    origin: row.origin,
    kind: row.kind,
    severity: row.severity,
    advisories: row.advisories,
    downloadBytes: row.downloadBytes,
    restart: row.restart,
    keptBackReason: row.keptBackReason,
    releaseNotesUrl: row.releaseNotesUrl,
    details: row.details,
    state: row.state,
    closedReason: row.closedReason,
    failure: toFailure(row.failureCode, row.failureMessage),
    isHeld: row.isHeld,
    heldBy: heldBy(row),
    holdReason: row.holdReason,
    holdSetBy: row.holdSetBy,
    holdSetAt: row.holdSetAt,
    discoveredAt: row.discoveredAt,
    changedAt: row.changedAt,
    decidedBy: row.decidedBy,
    decidedAt: row.decidedAt,
    verifiedAt: row.verifiedAt,
  };
}

function heldBy(row: UpdateEntity): (keyof typeof HoldPlace)[] {
  return [
    ...(row.isHeldByOperator ? [HoldPlace.REDFLAG] : []),
    ...(row.isHeldByMark ? [HoldPlace.MACHINE_MARK] : []),
    ...(row.isHeldByPin ? [HoldPlace.MACHINE_PIN] : []),
  ];
}

@Inherits()
@ObjectType({ simpleResolvers: true })
export class UpdateEdge extends EdgeType(Update) {}

@Requires("updates:read")
@ObjectType({ simpleResolvers: true })
export class UpdateConnection extends ConnectionType(UpdateEdge, Update) {
  /** A function asks the database only when the field is selected. */
  @Field(() => Int)
  unknownAgents!: number | (() => Promise<number>);
}

/** Open updates, counted. */
@Inherits()
@ObjectType({ simpleResolvers: true })
export class UpdateCounts {
  @Field(() => Int)
  total!: number;

  @Field(() => Int)
  security!: number;

  @Field(() => Int)
  critical!: number;

  @Field(() => Int)
  high!: number;

  @Field(() => Int)
  held!: number;

  @Field(() => Int)
  restartNeeded!: number;

  @Field(() => Int)
  unknownAgents!: number;
}
