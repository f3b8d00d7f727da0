import { ArgsType, Field, ID, InputType, Int, registerEnumType } from "type-graphql";
import { OrderDirection, StringFilter } from "../schema/filter.type.js";
import { PageArgs } from "../schema/page-args.js";
import { DateTime } from "../schema/scalars.js";
import { AgentState } from "./agent.type.js";
import type { AgentState as StateWord } from "./agent-state.js";

@InputType()
export class AgentFilter {
  @Field(() => [AgentState], { nullable: true })
  states?: StateWord[] | null;

  @Field(() => StringFilter, { nullable: true })
  name?: StringFilter | null;

  @Field(() => StringFilter, { nullable: true })
  osName?: StringFilter | null;
}

/** The enum `AgentOrderField`. */
export const AgentOrderField = { NAME: "NAME", REGISTERED_AT: "REGISTERED_AT" } as const;
registerEnumType(AgentOrderField, { name: "AgentOrderField" });

@InputType()
export class AgentOrder {
  @Field(() => AgentOrderField)
  field!: keyof typeof AgentOrderField;

  @Field(() => OrderDirection)
  direction!: OrderDirection;
}

@ArgsType()
export class AgentsArgs extends PageArgs {
  @Field(() => AgentFilter, { nullable: true })
  filter?: AgentFilter | null;

  @Field(() => AgentOrder, { nullable: true })
  orderBy?: AgentOrder | null;
}

@InputType()
export class RenameAgentInput {
  @Field(() => ID)
  id!: string;

  @Field(() => String, { nullable: true })
  name?: string | null;

  @Field(() => Int, { nullable: true })
  expectedVersion?: number | null;
}

@InputType()
export class RetireAgentInput {
  @Field(() => ID)
  id!: string;

  @Field(() => Int, { nullable: true })
  expectedVersion?: number | null;
}

@InputType()
export class AgentFactsInput {
  @Field(() => String)
  hostname!: string;

  @Field(() => String, { nullable: true })
  osName?: string | null;

  @Field(() => String, { nullable: true })
  osVersion?: string | null;

  @Field(() => String)
  architecture!: string;

  @Field(() => String, { nullable: true })
  machineFingerprint?: string | null;

  @Field(() => String)
  agentVersion!: string;

  @Field(() => Boolean)
  canInstall!: boolean;

  @Field(() => String, { nullable: true })
  cannotInstallReason?: string | null;

  @Field(() => Boolean, { nullable: true })
  requiresReboot?: boolean | null;
}

@InputType()
export class RegisterAgentInput {
  @Field(() => String)
  registrationToken!: string;

  @Field(() => AgentFactsInput)
  facts!: AgentFactsInput;
}

@InputType()
export class RenewAgentInput {
  @Field(() => String)
  refreshToken!: string;
}

@InputType()
export class SourceDigestInput {
  @Field(() => String)
  source!: string;

  @Field(() => String, { nullable: true })
  digest?: string | null;

  @Field(() => DateTime, { nullable: true })
  finishedAt?: Date | null;
}

@InputType()
export class CheckInInput {
  @Field(() => AgentFactsInput, { nullable: true })
  facts?: AgentFactsInput | null;

  @Field(() => [SourceDigestInput])
  sources!: SourceDigestInput[];

  @Field(() => [ID], { nullable: true, defaultValue: [] })
  commandIds?: string[] | null;
}
