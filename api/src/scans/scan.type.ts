import { Field, Int, ObjectType } from "type-graphql";
import { Inherits, Requires } from "../access/rules.js";
import { encodeId } from "../schema/global-id.js";
import { Node } from "../schema/node.type.js";
import { ConnectionType, EdgeType } from "../schema/page.type.js";
import { DateTime } from "../schema/scalars.js";
import { UserError } from "../schema/user-error.type.js";
import { Failure, toFailure } from "./failure.type.js";
import { ScanStatus } from "./scan-enums.js";
import type { ScanEntity } from "./scan.entity.js";
import type { ScanStatus as StatusWord } from "./scans.events.js";

/** Something that a source remarked. */
@Inherits()
@ObjectType({ simpleResolvers: true })
export class ScanWarning {
  @Field(() => String)
  code!: string;

  @Field(() => String)
  message!: string;

  @Field(() => String, { nullable: true })
  key!: string | null;
}

/** One run of one source on one agent. Its agent is a field of the resolver. */
@Requires("agents:read")
@ObjectType({ implements: Node, simpleResolvers: true })
export class Scan extends Node {
  /** Plain uuid, for the field `agent`. */
  agentId!: string;

  @Field(() => String)
  source!: string;

  @Field(() => ScanStatus)
  status!: StatusWord;

  @Field(() => DateTime)
  startedAt!: Date;

  @Field(() => DateTime)
  finishedAt!: Date;

  @Field(() => DateTime)
  recordedAt!: Date;

  @Field(() => Int)
  updateCount!: number;

  @Field(() => Int, { nullable: true })
  indexAgeSeconds!: number | null;

  @Field(() => [ScanWarning])
  warnings!: readonly ScanWarning[];

  @Field(() => Failure, { nullable: true })
  failure!: Failure | null;
}

/** A scan as clients see it. */
export function toScan(row: ScanEntity): Scan {
  return {
    id: encodeId("scan", row.id),
    agentId: row.agentId,
    source: row.source,
    status: row.status,
    startedAt: row.startedAt,
    finishedAt: row.finishedAt,
    recordedAt: row.recordedAt,
    updateCount: row.updateCount,
    indexAgeSeconds: row.indexAgeSeconds,
    warnings: row.warnings,
    failure: toFailure(row.failureCode, row.failureMessage),
  };
}

@Inherits()
@ObjectType({ simpleResolvers: true })
export class ScanEdge extends EdgeType(Scan) {}

@Requires("agents:read")
@ObjectType({ simpleResolvers: true })
export class ScanConnection extends ConnectionType(ScanEdge, Scan) {}

@Inherits()
@ObjectType({ simpleResolvers: true })
export class ReportScanPayload {
  @Field(() => Scan, { nullable: true })
  scan!: Scan | null;

  @Field(() => [UserError])
  errors!: UserError[];
}
