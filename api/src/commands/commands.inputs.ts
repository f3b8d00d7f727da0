import { Field, ID, InputType, ObjectType } from "type-graphql";
import { Inherits } from "../access/rules.js";
import { UserError } from "../schema/user-error.type.js";
import { Command } from "./command.type.js";

@InputType()
export class StartScanInput {
  @Field(() => [ID])
  agentIds!: string[];

  @Field(() => String, { nullable: true })
  source?: string | null;

  @Field(() => Boolean, { nullable: true, defaultValue: true })
  refresh?: boolean | null;

  @Field(() => String, { nullable: true })
  idempotencyKey?: string | null;
}

@Inherits()
@ObjectType({ simpleResolvers: true })
export class StartScanPayload {
  @Field(() => [Command])
  commands!: readonly Command[];

  @Field(() => [UserError])
  errors!: readonly UserError[];
}

@InputType()
export class RollBackCommandsInput {
  @Field(() => [ID])
  ids!: string[];

  @Field(() => Boolean, { nullable: true, defaultValue: false })
  acceptPartly?: boolean | null;

  @Field(() => Boolean, { nullable: true, defaultValue: false })
  dryRun?: boolean | null;

  @Field(() => String, { nullable: true })
  idempotencyKey?: string | null;
}

@Inherits()
@ObjectType({ simpleResolvers: true })
export class RollBackCommandsPayload {
  @Field(() => [Command])
  commands!: readonly Command[];

  @Field(() => [UserError])
  errors!: readonly UserError[];
}

@InputType()
export class CancelCommandsInput {
  @Field(() => [ID])
  ids!: string[];
}

@Inherits()
@ObjectType({ simpleResolvers: true })
export class CancelCommandsPayload {
  @Field(() => [Command])
  commands!: readonly Command[];

  @Field(() => [UserError])
  errors!: readonly UserError[];
}
