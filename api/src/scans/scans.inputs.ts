import { ArgsType, Field, ID, InputType, Int } from "type-graphql";
import { DateTimeRange, IdFilter, StringFilter } from "../schema/filter.type.js";
import { PageArgs } from "../schema/page-args.js";
import { DateTime, SafeInt } from "../schema/scalars.js";
import { FailureInput } from "./failure.type.js";
import { RestartKind, ScanStatus, Severity, UpdateKind } from "./scan-enums.js";
import type * as words from "./scans.events.js";

@InputType()
export class ScanFilter {
  @Field(() => IdFilter, { nullable: true })
  agent?: IdFilter | null;

  @Field(() => StringFilter, { nullable: true })
  source?: StringFilter | null;

  @Field(() => [ScanStatus], { nullable: true })
  statuses?: words.ScanStatus[] | null;

  @Field(() => DateTimeRange, { nullable: true })
  recordedAt?: DateTimeRange | null;
}

@ArgsType()
export class ScansArgs extends PageArgs {
  @Field(() => ScanFilter, { nullable: true })
  filter?: ScanFilter | null;
}

@InputType()
export class ScanWarningInput {
  @Field(() => String)
  code!: string;

  @Field(() => String)
  message!: string;

  @Field(() => String, { nullable: true })
  key?: string | null;
}

@InputType()
export class ScanItemInput {
  @Field(() => String)
  key!: string;

  @Field(() => String)
  name!: string;

  @Field(() => String, { nullable: true })
  architecture?: string | null;

  @Field(() => String, { nullable: true })
  installedVersion?: string | null;

  @Field(() => String)
  candidateVersion!: string;

  @Field(() => String, { nullable: true })
  origin?: string | null;

  @Field(() => UpdateKind)
  kind!: words.UpdateKind;

  @Field(() => Severity)
  severity!: words.Severity;

  @Field(() => [String], { nullable: true, defaultValue: [] })
  advisories?: string[] | null;

  @Field(() => SafeInt, { nullable: true })
  downloadBytes?: number | null;

  @Field(() => Boolean, { nullable: true, defaultValue: false })
  isHeldByMark?: boolean | null;

  @Field(() => Boolean, { nullable: true, defaultValue: false })
  isHeldByPin?: boolean | null;

  @Field(() => RestartKind)
  restart!: words.RestartKind;

  @Field(() => String, { nullable: true })
  keptBackReason?: string | null;

  @Field(() => String, { nullable: true })
  releaseNotesUrl?: string | null;

  @Field(() => String, { nullable: true })
  details?: string | null;
}

@InputType()
export class InstalledVersionInput {
  @Field(() => String)
  key!: string;

  @Field(() => String, { nullable: true })
  version?: string | null;
}

@InputType()
export class PendingRestartInput {
  @Field(() => RestartKind)
  kind!: words.RestartKind;

  @Field(() => String)
  name!: string;

  @Field(() => [String])
  keys!: string[];

  @Field(() => String)
  reason!: string;
}

@InputType()
export class ReportScanInput {
  @Field(() => String)
  source!: string;

  @Field(() => SafeInt)
  scanNumber!: number;

  @Field(() => ScanStatus)
  status!: words.ScanStatus;

  @Field(() => DateTime)
  startedAt!: Date;

  @Field(() => DateTime)
  finishedAt!: Date;

  @Field(() => String)
  digest!: string;

  @Field(() => [ScanItemInput])
  items!: ScanItemInput[];

  @Field(() => [InstalledVersionInput], { nullable: true, defaultValue: [] })
  installed?: InstalledVersionInput[] | null;

  @Field(() => [PendingRestartInput], { nullable: true })
  pendingRestarts?: PendingRestartInput[] | null;

  @Field(() => String)
  versionScheme!: string;

  @Field(() => Int, { nullable: true })
  indexAgeSeconds?: number | null;

  @Field(() => [ScanWarningInput], { nullable: true, defaultValue: [] })
  warnings?: ScanWarningInput[] | null;

  @Field(() => FailureInput, { nullable: true })
  failure?: FailureInput | null;

  @Field(() => ID, { nullable: true })
  commandId?: string | null;
}
