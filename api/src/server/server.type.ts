import { Field, ObjectType } from "type-graphql";
import { Inherits } from "../access/rules.js";
import { DateTime } from "../schema/scalars.js";

/** What anybody may know about this server. */
@Inherits()
@ObjectType({ simpleResolvers: true })
export class Server {
  @Field(() => String)
  version!: string;

  @Field(() => Boolean)
  isSetUp!: boolean;

  @Field(() => DateTime)
  currentAt!: Date;
}
