import { Field, ID, InputType, registerEnumType } from "type-graphql";
import { DateTime } from "./scalars.js";

/** Compares an id. Exactly one member is given. */
@InputType()
export class IdFilter {
  @Field(() => ID, { nullable: true })
  eq?: string | null;

  @Field(() => [ID], { nullable: true })
  in?: string[] | null;
}

/** Compares a text. Exactly one member is given. */
@InputType()
export class StringFilter {
  @Field(() => String, { nullable: true })
  eq?: string | null;

  @Field(() => [String], { nullable: true })
  in?: string[] | null;

  @Field(() => String, { nullable: true })
  contains?: string | null;
}

/** A span of time: `from` is included, `to` is not. */
@InputType()
export class DateTimeRange {
  @Field(() => DateTime, { nullable: true })
  from?: Date | null;

  @Field(() => DateTime, { nullable: true })
  to?: Date | null;
}

/** The enum `OrderDirection`: `ASC` in GraphQL is "asc" everywhere else. */
export const OrderDirection = { ASC: "asc", DESC: "desc" } as const;
export type OrderDirection = (typeof OrderDirection)[keyof typeof OrderDirection];

registerEnumType(OrderDirection, { name: "OrderDirection" });
