import { ArgsType, Field, ID, InputType, registerEnumType } from "type-graphql";
import { Severity, UpdateKind } from "../scans/scan-enums.js";
import type * as words from "../scans/scans.events.js";
import { IdFilter, OrderDirection, StringFilter } from "../schema/filter.type.js";
import { PageArgs } from "../schema/page-args.js";
import { UpdateState } from "./update-enums.js";
import type { UpdateState as StateWord } from "./update-states.js";

@InputType()
export class UpdateFilter {
  @Field(() => IdFilter, { nullable: true })
  agent?: IdFilter | null;

  @Field(() => StringFilter, { nullable: true })
  source?: StringFilter | null;

  @Field(() => StringFilter, { nullable: true })
  name?: StringFilter | null;

  @Field(() => [UpdateState], { nullable: true })
  states?: StateWord[] | null;

  @Field(() => [UpdateKind], { nullable: true })
  kinds?: words.UpdateKind[] | null;

  @Field(() => [Severity], { nullable: true })
  severities?: words.Severity[] | null;

  @Field(() => Boolean, { nullable: true })
  isHeld?: boolean | null;
}

/** The enum `UpdateOrderField`. */
export const UpdateOrderField = {
  SEVERITY: "SEVERITY",
  NAME: "NAME",
  DISCOVERED_AT: "DISCOVERED_AT",
} as const;
registerEnumType(UpdateOrderField, { name: "UpdateOrderField" });

@InputType()
export class UpdateOrder {
  @Field(() => UpdateOrderField)
  field!: keyof typeof UpdateOrderField;

  @Field(() => OrderDirection)
  direction!: OrderDirection;
}

@ArgsType()
export class UpdatesArgs extends PageArgs {
  @Field(() => UpdateFilter, { nullable: true })
  filter?: UpdateFilter | null;

  @Field(() => UpdateOrder, { nullable: true })
  orderBy?: UpdateOrder | null;
}

@InputType()
export class ApproveUpdatesInput {
  @Field(() => [ID])
  ids!: string[];

  @Field(() => Boolean, { nullable: true, defaultValue: false })
  acceptRejected?: boolean | null;
}

@InputType()
export class RejectUpdatesInput {
  @Field(() => [ID])
  ids!: string[];

  @Field(() => String, { nullable: true })
  reason?: string | null;
}

@InputType()
export class HoldUpdatesInput {
  @Field(() => [ID])
  ids!: string[];

  @Field(() => String, { nullable: true })
  reason?: string | null;
}

@InputType()
export class ReleaseUpdatesInput {
  @Field(() => [ID])
  ids!: string[];
}
