import { Field, Int, ObjectType } from "type-graphql";
import { Inherits } from "../access/rules.js";
import { UserError } from "../schema/user-error.type.js";

@Inherits()
@ObjectType({ simpleResolvers: true })
export class ReportProgressPayload {
  @Field(() => Boolean)
  isCancelRequested!: boolean;

  @Field(() => Int)
  leaseSeconds!: number;

  @Field(() => [UserError])
  errors!: readonly UserError[];
}

@Inherits()
@ObjectType({ simpleResolvers: true })
export class ReportLocalCommandPayload {
  @Field(() => Boolean)
  isRecorded!: boolean;

  @Field(() => [UserError])
  errors!: readonly UserError[];
}

@Inherits()
@ObjectType({ simpleResolvers: true })
export class ReportResultPayload {
  @Field(() => Boolean)
  isAccepted!: boolean;

  @Field(() => [UserError])
  errors!: readonly UserError[];
}
