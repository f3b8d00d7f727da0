import { ArgsType, Field, InputType } from "type-graphql";
import { DateTimeRange, IdFilter, StringFilter } from "../schema/filter.type.js";
import { PageArgs } from "../schema/page-args.js";

/** Which events. Everything given must hold. */
@InputType()
export class EventFilter {
  @Field(() => IdFilter, { nullable: true })
  agent?: IdFilter | null;

  @Field(() => StringFilter, { nullable: true })
  type?: StringFilter | null;

  @Field(() => DateTimeRange, { nullable: true })
  occurredAt?: DateTimeRange | null;
}

@ArgsType()
export class EventsArgs extends PageArgs {
  @Field(() => EventFilter, { nullable: true })
  filter?: EventFilter | null;
}
