import { Field, InputType } from "type-graphql";
import { DateTime, SafeInt } from "../schema/scalars.js";
import { ReversibilityLevel } from "./command-enums.js";
import type { PlannedReversibility } from "./plans-of-commands.js";

@InputType()
export class TransactionItemInput {
  @Field(() => String)
  key!: string;

  @Field(() => String)
  name!: string;

  @Field(() => String, { nullable: true })
  architecture?: string | null;

  @Field(() => String, { nullable: true })
  fromVersion?: string | null;

  @Field(() => String, { nullable: true })
  toVersion?: string | null;

  @Field(() => Boolean, { nullable: true, defaultValue: false })
  isDowngrade?: boolean | null;

  @Field(() => String, { nullable: true })
  origin?: string | null;

  @Field(() => SafeInt, { nullable: true })
  downloadBytes?: number | null;
}

@InputType()
export class PlanKeptInput {
  @Field(() => String)
  name!: string;

  @Field(() => String, { nullable: true })
  architecture?: string | null;

  @Field(() => String)
  installedVersion!: string;

  @Field(() => String)
  candidateVersion!: string;

  @Field(() => String)
  reason!: string;
}

@InputType()
export class PlanBlockerInput {
  @Field(() => String)
  code!: string;

  @Field(() => String)
  message!: string;
}

@InputType()
export class ReversibilityInput {
  @Field(() => ReversibilityLevel)
  level!: PlannedReversibility["level"];

  @Field(() => [String])
  reasons!: string[];
}

@InputType()
export class ResolvedPlanInput {
  @Field(() => [TransactionItemInput])
  items!: TransactionItemInput[];

  @Field(() => [TransactionItemInput])
  alsoInstalls!: TransactionItemInput[];

  @Field(() => [TransactionItemInput])
  alsoRemoves!: TransactionItemInput[];

  @Field(() => [PlanKeptInput], { nullable: true, defaultValue: [] })
  alsoKept?: PlanKeptInput[] | null;

  @Field(() => SafeInt, { nullable: true })
  downloadBytes?: number | null;

  @Field(() => SafeInt, { nullable: true })
  diskBytes?: number | null;

  @Field(() => [String], { nullable: true })
  restartsServices?: string[] | null;

  @Field(() => Boolean, { nullable: true })
  requiresReboot?: boolean | null;

  @Field(() => [String], { nullable: true, defaultValue: [] })
  restartReasons?: string[] | null;

  @Field(() => ReversibilityInput, { nullable: true })
  reversibility?: ReversibilityInput | null;

  @Field(() => [PlanBlockerInput])
  blockers!: PlanBlockerInput[];

  @Field(() => String)
  digest!: string;

  @Field(() => DateTime)
  expiresAt!: Date;

  @Field(() => String, { nullable: true })
  token?: string | null;
}
