import { Field, ID, InputType } from "type-graphql";
import { FailureInput } from "../scans/failure.type.js";
import { RestartKind } from "../scans/scan-enums.js";
import type { RestartKind as RestartWord } from "../scans/scans.events.js";
import { DateTime } from "../schema/scalars.js";
import { CommandItemInput, CommandOutputLineInput } from "./agent-commands.inputs.js";
import { CommandState, CommandType } from "./command-enums.js";
import type { CommandState as StateWord } from "./command-states.js";
import type { CommandType as TypeWord } from "./commands.events.js";
import { ReversibilityInput } from "./resolved-plan.inputs.js";

@InputType()
export class WantedItemInput {
  @Field(() => String)
  key!: string;

  @Field(() => String)
  candidateVersion!: string;
}

@InputType()
export class ReportLocalCommandInput {
  @Field(() => ID)
  commandId!: string;

  @Field(() => CommandType)
  type!: TypeWord;

  @Field(() => String)
  source!: string;

  @Field(() => String)
  startedBy!: string;

  @Field(() => DateTime)
  requestedAt!: Date;

  @Field(() => CommandState)
  state!: StateWord;

  @Field(() => DateTime, { nullable: true })
  startedAt?: Date | null;

  @Field(() => DateTime)
  finishedAt!: Date;

  @Field(() => FailureInput, { nullable: true })
  failure?: FailureInput | null;

  @Field(() => ID, { nullable: true })
  rollsBack?: string | null;

  @Field(() => [WantedItemInput], { nullable: true, defaultValue: [] })
  wanted?: WantedItemInput[] | null;

  @Field(() => ReversibilityInput, { nullable: true })
  reversibility?: ReversibilityInput | null;

  @Field(() => [CommandItemInput], { nullable: true, defaultValue: [] })
  items?: CommandItemInput[] | null;

  @Field(() => RestartKind, { nullable: true })
  restart?: RestartWord | null;

  @Field(() => [String], { nullable: true, defaultValue: [] })
  restartReasons?: string[] | null;

  @Field(() => [CommandOutputLineInput], { nullable: true, defaultValue: [] })
  lines?: CommandOutputLineInput[] | null;

  @Field(() => String, { nullable: true })
  receipt?: string | null;
}
