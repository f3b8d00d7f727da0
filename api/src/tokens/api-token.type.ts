import { Field, ObjectType } from "type-graphql";
import { PermissionEnum } from "../access/permission.type.js";
import type { Permission } from "../access/permissions.js";
import { Inherits } from "../access/rules.js";
import { encodeId } from "../schema/global-id.js";
import { Node } from "../schema/node.type.js";
import { DateTime } from "../schema/scalars.js";
import type { ApiTokenEntity } from "./api-token.entity.js";

/** A script's login. Everybody sees the one that they use; for others the root fields have their rule. */
@Inherits()
@ObjectType({ implements: Node, simpleResolvers: true })
export class ApiToken extends Node {
  @Field(() => String)
  name!: string;

  @Field(() => [PermissionEnum])
  scopes!: readonly Permission[];

  @Field(() => DateTime)
  addedAt!: Date;

  @Field(() => DateTime)
  expiresAt!: Date;

  @Field(() => DateTime, { nullable: true })
  lastUsedAt!: Date | null;

  @Field(() => DateTime, { nullable: true })
  revokedAt!: Date | null;
}

/** A token as clients see it; `lastUsedAt` lies apart, because it is not an event. */
export function toApiToken(entity: ApiTokenEntity, lastUsedAt: Date | null): ApiToken {
  const { name, scopes, addedAt, expiresAt, revokedAt } = entity;
  return { id: encodeId("tok", entity.id), name, scopes, addedAt, expiresAt, lastUsedAt, revokedAt };
}
