import { Field, InputType, ObjectType } from "type-graphql";
import { Inherits } from "../access/rules.js";

/** Why something failed on an agent. */
@Inherits()
@ObjectType({ simpleResolvers: true })
export class Failure {
  @Field(() => String)
  code!: string;

  @Field(() => String)
  message!: string;
}

@InputType()
export class FailureInput {
  @Field(() => String)
  code!: string;

  @Field(() => String)
  message!: string;
}

/** A failure from its two columns. */
export function toFailure(code: string | null, message: string | null): Failure | null {
  return code === null ? null : { code, message: message ?? "" };
}
