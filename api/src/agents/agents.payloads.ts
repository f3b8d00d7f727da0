import { Field, ID, Int, ObjectType } from "type-graphql";
import { Inherits } from "../access/rules.js";
import { DateTime } from "../schema/scalars.js";
import { UserError } from "../schema/user-error.type.js";
import { Agent } from "./agent.type.js";

@Inherits()
@ObjectType({ simpleResolvers: true })
export class RenameAgentPayload {
  @Field(() => Agent, { nullable: true })
  agent!: Agent | null;

  @Field(() => [UserError])
  errors!: UserError[];
}

@Inherits()
@ObjectType({ simpleResolvers: true })
export class RetireAgentPayload {
  @Field(() => Agent, { nullable: true })
  agent!: Agent | null;

  @Field(() => [UserError])
  errors!: UserError[];
}

/** An agent's tokens; the server keeps only their hashes. */
@Inherits()
@ObjectType({ simpleResolvers: true })
export class AgentCredentials {
  @Field(() => String)
  accessToken!: string;

  @Field(() => DateTime)
  accessTokenExpiresAt!: Date;

  @Field(() => String)
  refreshToken!: string;

  @Field(() => DateTime)
  refreshTokenExpiresAt!: Date;
}

@Inherits()
@ObjectType({ simpleResolvers: true })
export class RegisterAgentPayload {
  @Field(() => Agent, { nullable: true })
  agent!: Agent | null;

  @Field(() => AgentCredentials, { nullable: true })
  credentials!: AgentCredentials | null;

  @Field(() => [UserError])
  errors!: UserError[];
}

@Inherits()
@ObjectType({ simpleResolvers: true })
export class RenewAgentPayload {
  @Field(() => AgentCredentials, { nullable: true })
  credentials!: AgentCredentials | null;

  @Field(() => [UserError])
  errors!: UserError[];
}

@Inherits()
@ObjectType({ simpleResolvers: true })
export class CheckInPayload {
  @Field(() => [String])
  wantedSources!: readonly string[];

  @Field(() => Int)
  intervalSeconds!: number;

  @Field(() => Boolean)
  hasCommands!: boolean;

  @Field(() => [ID])
  cancelledCommands!: readonly string[];

  @Field(() => DateTime)
  currentAt!: Date;

  @Field(() => [UserError])
  errors!: UserError[];
}
