import { Field, Int, ObjectType, registerEnumType } from "type-graphql";
import { Inherits } from "../access/rules.js";
import { DateTime } from "../schema/scalars.js";

/** The enum `CoverageState`. */
export const CoverageState = {
  FRESH: "FRESH",
  STALE: "STALE",
  FAILED: "FAILED",
  NEVER: "NEVER",
  UNSUPPORTED: "UNSUPPORTED",
} as const;
export type CoverageState = keyof typeof CoverageState;

registerEnumType(CoverageState, { name: "CoverageState" });

/** What is known of one source of one agent. Its latest scan is a field of the resolver. */
@Inherits()
@ObjectType({ simpleResolvers: true })
export class Coverage {
  /** Plain uuid, for the field `latestScan`. */
  latestScanId!: string | null;

  @Field(() => String)
  source!: string;

  @Field(() => CoverageState)
  state!: CoverageState;

  @Field(() => String, { nullable: true })
  reason!: string | null;

  @Field(() => DateTime, { nullable: true })
  completedAt!: Date | null;

  @Field(() => DateTime, { nullable: true })
  attemptedAt!: Date | null;

  @Field(() => Int, { nullable: true })
  ageSeconds!: number | null;

  @Field(() => Int, { nullable: true })
  indexAgeSeconds!: number | null;
}
