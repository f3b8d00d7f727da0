import { Field, ID, InputType, ObjectType } from "type-graphql";
import { Inherits } from "../access/rules.js";
import { Command } from "../commands/command.type.js";
import { UserError } from "../schema/user-error.type.js";
import { Plan } from "./plan.type.js";

@InputType()
export class PlanUpdatesInput {
  @Field(() => [ID])
  ids!: string[];

  @Field(() => String, { nullable: true })
  idempotencyKey?: string | null;
}

@Inherits()
@ObjectType({ simpleResolvers: true })
export class PlanUpdatesPayload {
  @Field(() => [Plan])
  plans!: readonly Plan[];

  @Field(() => [UserError])
  errors!: readonly UserError[];
}

@InputType()
export class InstallPlansInput {
  @Field(() => [ID])
  ids!: string[];

  @Field(() => Boolean, { nullable: true, defaultValue: false })
  acceptRemovals?: boolean | null;

  @Field(() => Boolean, { nullable: true, defaultValue: false })
  dryRun?: boolean | null;

  @Field(() => String, { nullable: true })
  idempotencyKey?: string | null;
}

@Inherits()
@ObjectType({ simpleResolvers: true })
export class InstallPlansPayload {
  @Field(() => [Command])
  commands!: readonly Command[];

  @Field(() => [UserError])
  errors!: readonly UserError[];
}
