import { ArgsType, Field, InputType, Int } from "type-graphql";
import { DateTimeRange, IdFilter } from "../schema/filter.type.js";
import { PageArgs } from "../schema/page-args.js";
import { CommandState, CommandType } from "./command-enums.js";
import type { CommandState as StateWord } from "./command-states.js";
import type { CommandType as TypeWord } from "./commands.events.js";

/** Which commands. Everything given must hold. */
@InputType()
export class CommandFilter {
  @Field(() => IdFilter, { nullable: true })
  agent?: IdFilter | null;

  @Field(() => [CommandType], { nullable: true })
  types?: TypeWord[] | null;

  @Field(() => [CommandState], { nullable: true })
  states?: StateWord[] | null;

  @Field(() => DateTimeRange, { nullable: true })
  requestedAt?: DateTimeRange | null;
}

@ArgsType()
export class CommandsArgs extends PageArgs {
  @Field(() => CommandFilter, { nullable: true })
  filter?: CommandFilter | null;
}

@ArgsType()
export class OutputArgs {
  @Field(() => Int, { nullable: true })
  after?: number | null;

  @Field(() => Int, { nullable: true })
  first?: number | null;
}
