import { Field, ID, InputType, ObjectType } from "type-graphql";
import { RoleEnum } from "../access/permission.type.js";
import type { Role } from "../access/permissions.js";
import { Inherits } from "../access/rules.js";
import { UserError } from "../schema/user-error.type.js";
import { Operator } from "./operator.type.js";
import { Viewer } from "./viewer.type.js";

@InputType()
export class SetUpInput {
  @Field(() => String)
  setupCode!: string;

  @Field(() => String)
  name!: string;

  @Field(() => String)
  password!: string;
}

@InputType()
export class LogInInput {
  @Field(() => String)
  name!: string;

  @Field(() => String)
  password!: string;
}

@InputType()
export class LogOutInput {
  @Field(() => Boolean, { nullable: true, defaultValue: false })
  everywhere?: boolean | null;
}

@InputType()
export class AddOperatorInput {
  @Field(() => String)
  name!: string;

  @Field(() => String)
  password!: string;

  @Field(() => RoleEnum)
  role!: Role;
}

@InputType()
export class RemoveOperatorInput {
  @Field(() => ID)
  id!: string;
}

@Inherits()
@ObjectType({ simpleResolvers: true })
export class SetUpPayload {
  @Field(() => Viewer, { nullable: true })
  viewer!: Viewer | null;

  @Field(() => [UserError])
  errors!: readonly UserError[];
}

@Inherits()
@ObjectType({ simpleResolvers: true })
export class LogInPayload {
  @Field(() => Viewer, { nullable: true })
  viewer!: Viewer | null;

  @Field(() => [UserError])
  errors!: readonly UserError[];
}

@Inherits()
@ObjectType({ simpleResolvers: true })
export class LogOutPayload {
  @Field(() => [UserError])
  errors!: readonly UserError[];
}

@Inherits()
@ObjectType({ simpleResolvers: true })
export class AddOperatorPayload {
  @Field(() => Operator, { nullable: true })
  operator!: Operator | null;

  @Field(() => [UserError])
  errors!: readonly UserError[];
}

@Inherits()
@ObjectType({ simpleResolvers: true })
export class RemoveOperatorPayload {
  @Field(() => Operator, { nullable: true })
  operator!: Operator | null;

  @Field(() => [UserError])
  errors!: readonly UserError[];
}
