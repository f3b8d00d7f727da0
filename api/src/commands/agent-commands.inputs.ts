import { Field, Float, ID, InputType, Int } from "type-graphql";
import { FailureInput } from "../scans/failure.type.js";
import { RestartKind } from "../scans/scan-enums.js";
import type { RestartKind as RestartWord } from "../scans/scans.events.js";
import { DateTime } from "../schema/scalars.js";
import { CommandState, ItemOutcome } from "./command-enums.js";
import type { CommandState as StateWord } from "./command-states.js";
import type { CommandItem } from "./commands.events.js";
import { ResolvedPlanInput } from "./resolved-plan.inputs.js";

@InputType()
export class ClaimCommandsInput {
  @Field(() => Int, { nullable: true, defaultValue: 10 })
  first?: number | null;
}

@InputType()
export class CommandProgressInput {
  @Field(() => String)
  phase!: string;

  @Field(() => Float, { nullable: true })
  percent?: number | null;

  @Field(() => String, { nullable: true })
  itemName?: string | null;

  @Field(() => Boolean)
  isCancellable!: boolean;
}

@InputType()
export class CommandOutputLineInput {
  @Field(() => Int)
  sequence!: number;

  @Field(() => DateTime)
  occurredAt!: Date;

  @Field(() => String)
  text!: string;
}

@InputType()
export class ReportProgressInput {
  @Field(() => ID)
  commandId!: string;

  @Field(() => Int)
  attempt!: number;

  @Field(() => CommandProgressInput, { nullable: true })
  progress?: CommandProgressInput | null;

  @Field(() => [CommandOutputLineInput], { nullable: true, defaultValue: [] })
  lines?: CommandOutputLineInput[] | null;
}

@InputType()
export class CommandItemInput {
  @Field(() => String)
  key!: string;

  @Field(() => String)
  name!: string;

  @Field(() => String, { nullable: true })
  architecture?: string | null;

  @Field(() => ItemOutcome)
  outcome!: CommandItem["outcome"];

  @Field(() => String, { nullable: true })
  fromVersion?: string | null;

  @Field(() => String, { nullable: true })
  toVersion?: string | null;

  @Field(() => String, { nullable: true })
  message?: string | null;
}

@InputType()
export class ReleaseNotesInput {
  @Field(() => String)
  text!: string;

  @Field(() => Boolean)
  isTruncated!: boolean;

  @Field(() => [String], { nullable: true, defaultValue: [] })
  advisories?: string[] | null;
}

@InputType()
export class ReportResultInput {
  @Field(() => ID)
  commandId!: string;

  @Field(() => Int)
  attempt!: number;

  @Field(() => CommandState)
  state!: StateWord;

  @Field(() => DateTime, { nullable: true })
  startedAt?: Date | null;

  @Field(() => DateTime)
  finishedAt!: Date;

  @Field(() => FailureInput, { nullable: true })
  failure?: FailureInput | null;

  @Field(() => ResolvedPlanInput, { nullable: true })
  plan?: ResolvedPlanInput | null;

  @Field(() => ReleaseNotesInput, { nullable: true })
  releaseNotes?: ReleaseNotesInput | null;

  @Field(() => [CommandItemInput], { nullable: true, defaultValue: [] })
  items?: CommandItemInput[] | null;

  @Field(() => RestartKind, { nullable: true })
  restart?: RestartWord | null;

  @Field(() => [String], { nullable: true, defaultValue: [] })
  restartReasons?: string[] | null;

  @Field(() => String, { nullable: true })
  receipt?: string | null;
}
