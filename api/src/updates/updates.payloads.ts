import { Field, ObjectType } from "type-graphql";
import { Inherits } from "../access/rules.js";
import { UserError } from "../schema/user-error.type.js";
import { Update } from "./update.type.js";

/** What the four decisions answer with: the updates that are so now, and one error for each id that is not. */
@ObjectType({ simpleResolvers: true })
abstract class DecisionPayload {
  @Field(() => [Update])
  updates!: Update[];

  @Field(() => [UserError])
  errors!: UserError[];
}

@Inherits()
@ObjectType({ simpleResolvers: true })
export class ApproveUpdatesPayload extends DecisionPayload {}

@Inherits()
@ObjectType({ simpleResolvers: true })
export class RejectUpdatesPayload extends DecisionPayload {}

@Inherits()
@ObjectType({ simpleResolvers: true })
export class HoldUpdatesPayload extends DecisionPayload {}

@Inherits()
@ObjectType({ simpleResolvers: true })
export class ReleaseUpdatesPayload extends DecisionPayload {}
