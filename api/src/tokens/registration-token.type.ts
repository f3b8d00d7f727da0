import { Field, Int, ObjectType } from "type-graphql";
import { Requires } from "../access/rules.js";
import { encodeId } from "../schema/global-id.js";
import { Node } from "../schema/node.type.js";
import { DateTime } from "../schema/scalars.js";
import type { RegistrationTokenEntity } from "./registration-token.entity.js";

/** Lets new agents enrol. */
@Requires("tokens:manage")
@ObjectType({ implements: Node, simpleResolvers: true })
export class RegistrationToken extends Node {
  @Field(() => String)
  name!: string;

  @Field(() => Int)
  seats!: number;

  @Field(() => Int)
  usedSeats!: number;

  @Field(() => DateTime)
  addedAt!: Date;

  @Field(() => DateTime)
  expiresAt!: Date;

  @Field(() => DateTime, { nullable: true })
  revokedAt!: Date | null;
}

/** A token as clients see it. */
export function toRegistrationToken(entity: RegistrationTokenEntity): RegistrationToken {
  const { name, seats, usedSeats, addedAt, expiresAt, revokedAt } = entity;
  return { id: encodeId("reg", entity.id), name, seats, usedSeats, addedAt, expiresAt, revokedAt };
}
