import { Field, ObjectType } from "type-graphql";
import { Inherits } from "../access/rules.js";
import { RestartKind } from "./scan-enums.js";
import type { PendingRestart as Recorded } from "./scans.events.js";

/** Something on a machine that must restart before installed versions are in use. */
@Inherits()
@ObjectType({ simpleResolvers: true })
export class PendingRestart {
  @Field(() => String)
  source!: string;

  @Field(() => RestartKind)
  kind!: Recorded["kind"];

  @Field(() => String)
  name!: string;

  @Field(() => [String])
  packages!: string[];

  @Field(() => String)
  reason!: string;
}
