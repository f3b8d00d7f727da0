import { Field, ID, InputType, Int, ObjectType } from "type-graphql";
import { PermissionEnum } from "../access/permission.type.js";
import type { Permission } from "../access/permissions.js";
import { Inherits } from "../access/rules.js";
import { DateTime } from "../schema/scalars.js";
import { UserError } from "../schema/user-error.type.js";
import { ApiToken } from "./api-token.type.js";
import { RegistrationToken } from "./registration-token.type.js";

@InputType()
export class AddApiTokenInput {
  @Field(() => String)
  name!: string;

  @Field(() => [PermissionEnum])
  scopes!: Permission[];

  @Field(() => DateTime)
  expiresAt!: Date;
}

@InputType()
export class RevokeApiTokenInput {
  @Field(() => ID)
  id!: string;
}

@InputType()
export class AddRegistrationTokenInput {
  @Field(() => String)
  name!: string;

  @Field(() => Int, { nullable: true, defaultValue: 1 })
  seats?: number | null;

  @Field(() => Int, { nullable: true, defaultValue: 86_400 })
  validSeconds?: number | null;
}

@InputType()
export class RevokeRegistrationTokenInput {
  @Field(() => ID)
  id!: string;
}

@Inherits()
@ObjectType({ simpleResolvers: true })
export class AddApiTokenPayload {
  @Field(() => ApiToken, { nullable: true })
  apiToken!: ApiToken | null;

  @Field(() => String, { nullable: true })
  secret!: string | null;

  @Field(() => [UserError])
  errors!: readonly UserError[];
}

@Inherits()
@ObjectType({ simpleResolvers: true })
export class RevokeApiTokenPayload {
  @Field(() => ApiToken, { nullable: true })
  apiToken!: ApiToken | null;

  @Field(() => [UserError])
  errors!: readonly UserError[];
}

@Inherits()
@ObjectType({ simpleResolvers: true })
export class AddRegistrationTokenPayload {
  @Field(() => RegistrationToken, { nullable: true })
  registrationToken!: RegistrationToken | null;

  @Field(() => String, { nullable: true })
  secret!: string | null;

  @Field(() => [UserError])
  errors!: readonly UserError[];
}

@Inherits()
@ObjectType({ simpleResolvers: true })
export class RevokeRegistrationTokenPayload {
  @Field(() => RegistrationToken, { nullable: true })
  registrationToken!: RegistrationToken | null;

  @Field(() => [UserError])
  errors!: readonly UserError[];
}
