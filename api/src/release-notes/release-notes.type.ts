import { Field, ID, InputType, ObjectType } from "type-graphql";
import { Inherits } from "../access/rules.js";
import { Command } from "../commands/command.type.js";
import { DateTime } from "../schema/scalars.js";
import { UserError } from "../schema/user-error.type.js";
import { Update } from "../updates/update.type.js";

/** What an update brings, in its makers' words. */
@Inherits()
@ObjectType({ simpleResolvers: true })
export class ReleaseNotes {
  @Field(() => String)
  text!: string;

  @Field(() => Boolean)
  isTruncated!: boolean;

  @Field(() => [String])
  advisories!: readonly string[];

  @Field(() => DateTime)
  fetchedAt!: Date;
}

@InputType()
export class FetchReleaseNotesInput {
  @Field(() => [ID])
  ids!: string[];

  @Field(() => String, { nullable: true })
  idempotencyKey?: string | null;
}

@Inherits()
@ObjectType({ simpleResolvers: true })
export class FetchReleaseNotesPayload {
  @Field(() => [Update])
  updates!: readonly Update[];

  @Field(() => [Command])
  commands!: readonly Command[];

  @Field(() => [UserError])
  errors!: readonly UserError[];
}
