import { injectable } from "tsyringe";
import { Args, Ctx, FieldResolver, Resolver, Root } from "type-graphql";
import { Agent } from "../agents/agent.type.js";
import { loadAgent } from "../agents/load-agents.js";
import type { RequestContext } from "../schema/context.js";
import { requireId } from "../schema/global-id.js";
import type { Page } from "../schema/paginate.js";
import { RequestError } from "../schema/request-error.js";
import { DateTime } from "../schema/scalars.js";
import { situationLoader } from "./command-situation.js";
import { commandStates } from "./command-states.js";
import { Command, CommandConnection, CommandOutputLine, CommandProgress } from "./command.type.js";
import { CommandsArgs, OutputArgs } from "./commands.args.js";
import { listCommands } from "./list-commands.js";
import { commandLoader } from "./load-commands.js";
import { outputLoader } from "./output.sql.js";
import { latestRollbackOf } from "./rollbacks.sql.js";
import { waitingReason } from "./waiting-reason.js";

const DEFAULT_LINES = 200;
const MOST_LINES = 1000;

/** The parts of a command that its own row does not hold. */
@injectable()
@Resolver(() => Command)
export class CommandFieldsResolver {
  @FieldResolver(() => Agent)
  agent(@Root() command: Command, @Ctx() context: RequestContext): Promise<Agent> {
    return loadAgent(context, command.agentId);
  }

  @FieldResolver(() => String, { nullable: true })
  async waitingReason(@Root() command: Command, @Ctx() context: RequestContext): Promise<string | null> {
    if (commandStates[command.state].hasEnded) return null;
    const situation = await context.loader(situationLoader).load(command.uuid);
    return situation && waitingReason({ ...command, ...situation });
  }

  @FieldResolver(() => DateTime, { nullable: true })
  async deadlineAt(@Root() command: Command, @Ctx() context: RequestContext): Promise<Date | null> {
    const { stateDeadlineAt: deadlineAt } = command;
    if (!commandStates[command.state].isInHand) return deadlineAt;
    const situation = await context.loader(situationLoader).load(command.uuid);
    const lease = situation?.leaseExpiresAt ?? null;
    if (lease === null || deadlineAt === null) return deadlineAt;
    return lease < deadlineAt ? lease : deadlineAt;
  }

  @FieldResolver(() => Command, { nullable: true })
  async rollsBack(@Root() command: Command, @Ctx() context: RequestContext): Promise<Command | null> {
    const { rollsBackId } = command;
    return rollsBackId === null ? null : await context.loader(commandLoader).load(rollsBackId);
  }

  @FieldResolver(() => Command, { nullable: true })
  async rolledBackBy(@Root() command: Command, @Ctx() context: RequestContext): Promise<Command | null> {
    if (command.type !== "INSTALL") return null;
    const rollback = await context.loader(latestRollbackOf).load(command.uuid);
    return rollback === null ? null : await context.loader(commandLoader).load(rollback);
  }

  @FieldResolver(() => CommandProgress, { nullable: true })
  async progress(@Root() command: Command, @Ctx() context: RequestContext): Promise<CommandProgress | null> {
    if (command.attempt === 0) return null;
    const situation = await context.loader(situationLoader).load(command.uuid);
    return situation?.progress ?? null;
  }

  @FieldResolver(() => [CommandOutputLine])
  async output(
    @Root() command: Command,
    @Args(() => OutputArgs) { after, first }: OutputArgs,
    @Ctx() context: RequestContext,
  ): Promise<readonly CommandOutputLine[]> {
    const count = first ?? DEFAULT_LINES;
    if (count < 1 || count > MOST_LINES) {
      throw new RequestError("BAD_USER_INPUT", `first is ${count}; it must be from 1 to ${MOST_LINES}.`);
    }
    if (command.attempt === 0) return [];
    const range = { commandId: command.uuid, after: after ?? null, first: count };
    return await context.loader(outputLoader).load(range);
  }
}

/** The commands of an agent. */
@injectable()
@Resolver(() => Agent)
export class AgentCommandListResolver {
  @FieldResolver(() => CommandConnection)
  commands(
    @Root() agent: Agent,
    @Args(() => CommandsArgs) args: CommandsArgs,
    @Ctx() context: RequestContext,
  ): Promise<Page<Command>> {
    return listCommands(context, args, requireId("agent", agent.id));
  }
}
