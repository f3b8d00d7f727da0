import { Field, ObjectType } from "type-graphql";
import { PermissionEnum } from "../access/permission.type.js";
import type { Permission } from "../access/permissions.js";
import { Inherits } from "../access/rules.js";
import { ApiToken } from "../tokens/api-token.type.js";
import { Operator } from "./operator.type.js";

/** Who is asking. */
@Inherits()
@ObjectType({ simpleResolvers: true })
export class Viewer {
  @Field(() => Operator, { nullable: true })
  operator!: Operator | null;

  @Field(() => ApiToken, { nullable: true })
  apiToken!: ApiToken | null;

  @Field(() => [PermissionEnum])
  permissions!: readonly Permission[];
}
