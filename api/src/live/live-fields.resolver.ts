import { injectable } from "tsyringe";
import { Ctx, FieldResolver, Resolver, Root } from "type-graphql";
import { Agent } from "../agents/agent.type.js";
import { loadAgent } from "../agents/load-agents.js";
import { Command } from "../commands/command.type.js";
import { commandLoader } from "../commands/load-commands.js";
import { scanById } from "../scans/load-scans.js";
import { Scan } from "../scans/scan.type.js";
import type { RequestContext } from "../schema/context.js";
import { encodeId } from "../schema/global-id.js";
import { RequestError } from "../schema/request-error.js";
import { updateById } from "../updates/load-updates.js";
import { Update } from "../updates/update.type.js";
import {
  AgentChangedEvent,
  CommandProgressedEvent,
  ScanFinishedEvent,
  UpdatesChangedEvent,
} from "./live.type.js";

@injectable()
@Resolver(() => AgentChangedEvent)
export class AgentChangedResolver {
  @FieldResolver(() => Agent)
  agent(@Root() event: AgentChangedEvent, @Ctx() context: RequestContext): Promise<Agent> {
    return loadAgent(context, event.agentId);
  }
}

@injectable()
@Resolver(() => ScanFinishedEvent)
export class ScanFinishedResolver {
  @FieldResolver(() => Scan)
  async scan(@Root() event: ScanFinishedEvent, @Ctx() context: RequestContext): Promise<Scan> {
    const scan = await context.loader(scanById).load(event.scanId);
    if (scan) return scan;
    const id = encodeId("scan", event.scanId);
    throw new RequestError(
      "BAD_USER_INPUT",
      `The scan ${id} was recorded at ${event.occurredAt.toISOString()}, which is before what is kept. Read the agent's coverage and follow without after.`,
    );
  }
}

@injectable()
@Resolver(() => UpdatesChangedEvent)
export class UpdatesChangedResolver {
  @FieldResolver(() => Agent)
  agent(@Root() event: UpdatesChangedEvent, @Ctx() context: RequestContext): Promise<Agent> {
    return loadAgent(context, event.agentId);
  }

  @FieldResolver(() => [Update])
  async updates(@Root() event: UpdatesChangedEvent, @Ctx() context: RequestContext): Promise<Update[]> {
    const updates = await Promise.all(event.updateIds.map((id) => context.loader(updateById).load(id)));
    return updates.filter((update) => update !== null);
  }
}

@injectable()
@Resolver(() => CommandProgressedEvent)
export class CommandProgressedResolver {
  @FieldResolver(() => Command)
  async command(@Root() event: CommandProgressedEvent, @Ctx() context: RequestContext): Promise<Command> {
    const command = await context.loader(commandLoader).load(event.commandId);
    if (!command) throw new Error(`The command ${event.commandId} is gone.`);
    return command;
  }
}
