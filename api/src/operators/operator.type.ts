import { Field, ObjectType } from "type-graphql";
import { RoleEnum } from "../access/permission.type.js";
import type { Role } from "../access/permissions.js";
import { Inherits } from "../access/rules.js";
import { encodeId } from "../schema/global-id.js";
import { Node } from "../schema/node.type.js";
import { DateTime } from "../schema/scalars.js";
import type { OperatorEntity } from "./operator.entity.js";

/** A person with a login. Everybody sees the one that they are; for others the root fields have their rule. */
@Inherits()
@ObjectType({ implements: Node, simpleResolvers: true })
export class Operator extends Node {
  @Field(() => String)
  name!: string;

  @Field(() => RoleEnum)
  role!: Role;

  @Field(() => DateTime)
  addedAt!: Date;

  @Field(() => DateTime, { nullable: true })
  lastLoggedInAt!: Date | null;
}

/** An operator as clients see it. */
export function toOperator(entity: OperatorEntity): Operator {
  const { name, role, addedAt, lastLoggedInAt } = entity;
  return { id: encodeId("op", entity.id), name, role, addedAt, lastLoggedInAt };
}
