import { Field, ID, Int, ObjectType } from "type-graphql";
import { Inherits } from "../access/rules.js";
import { encodeId } from "../schema/global-id.js";
import { DateTime, SafeInt } from "../schema/scalars.js";
import { UserError } from "../schema/user-error.type.js";
import { CommandType } from "./command-enums.js";
import { setsMarks } from "./command-kinds.js";
import { LEASE_SECONDS } from "./command-limits.js";
import type { ClaimedCommand as Claimed } from "./claim-commands.js";
import type { CommandType as TypeWord } from "./commands.events.js";
import type { PlannedItem } from "./plans-of-commands.js";

/** One update that a plan shall contain. */
@Inherits()
@ObjectType({ simpleResolvers: true })
export class WantedItem {
  @Field(() => String)
  key!: string;

  @Field(() => String)
  candidateVersion!: string;
}

/** One package in a transaction. */
@Inherits()
@ObjectType({ simpleResolvers: true })
export class TransactionItem {
  @Field(() => String)
  key!: string;

  @Field(() => String)
  name!: string;

  @Field(() => String, { nullable: true })
  architecture!: string | null;

  @Field(() => String, { nullable: true })
  fromVersion!: string | null;

  @Field(() => String, { nullable: true })
  toVersion!: string | null;

  @Field(() => Boolean)
  isDowngrade!: boolean;

  @Field(() => String, { nullable: true })
  origin!: string | null;

  @Field(() => SafeInt, { nullable: true })
  downloadBytes!: number | null;
}

/** A plan as the agent gets it back. */
@Inherits()
@ObjectType({ simpleResolvers: true })
export class Transaction {
  @Field(() => ID)
  id!: string;

  @Field(() => [TransactionItem])
  items!: readonly PlannedItem[];

  @Field(() => [TransactionItem])
  alsoInstalls!: readonly PlannedItem[];

  @Field(() => [TransactionItem])
  alsoRemoves!: readonly PlannedItem[];

  @Field(() => String)
  digest!: string;

  @Field(() => DateTime)
  expiresAt!: Date;

  @Field(() => String, { nullable: true })
  token!: string | null;
}

/** A command in an agent's hand. */
@Inherits()
@ObjectType({ simpleResolvers: true })
export class ClaimedCommand {
  @Field(() => ID)
  id!: string;

  @Field(() => CommandType)
  type!: TypeWord;

  @Field(() => String)
  source!: string;

  @Field(() => Int)
  attempt!: number;

  @Field(() => Int)
  leaseSeconds!: number;

  @Field(() => DateTime)
  deadlineAt!: Date;

  @Field(() => DateTime, { nullable: true })
  startedAt!: Date | null;

  @Field(() => Boolean, { nullable: true })
  refresh!: boolean | null;

  @Field(() => [WantedItem], { nullable: true })
  wanted!: readonly WantedItem[] | null;

  @Field(() => Transaction, { nullable: true })
  transaction!: Transaction | null;

  @Field(() => [String], { nullable: true })
  keys!: readonly string[] | null;

  @Field(() => ID, { nullable: true })
  rollsBack!: string | null;
}

@Inherits()
@ObjectType({ simpleResolvers: true })
export class ClaimCommandsPayload {
  @Field(() => [ClaimedCommand])
  commands!: readonly ClaimedCommand[];

  @Field(() => [UserError])
  errors!: readonly UserError[];
}

/** A command as its agent gets it. */
export function toClaimedCommand(command: Claimed): ClaimedCommand {
  const { type, source, attempt, startedAt, refresh, rollsBack, beginBefore, contents } = command;
  const transaction = type === "INSTALL" ? contents?.transaction : null;
  return {
    id: encodeId("cmd", command.id),
    type,
    source,
    attempt,
    leaseSeconds: LEASE_SECONDS,
    deadlineAt: beginBefore,
    startedAt,
    refresh: type === "SCAN" ? refresh : null,
    wanted: type === "PLAN" || type === "RELEASE_NOTES" ? (contents?.updates ?? []) : null,
    transaction: transaction ? { ...transaction, id: encodeId("plan", transaction.id) } : null,
    keys: setsMarks(type) ? command.keys : null,
    rollsBack: rollsBack && encodeId("cmd", rollsBack),
  };
}
