import { Ctx, FieldResolver, Resolver, Root } from "type-graphql";
import { Agent } from "../agents/agent.type.js";
import { agentById } from "../agents/load-agents.js";
import type { RequestContext } from "../schema/context.js";
import { EventType } from "./event.type.js";

/** Where an event happened. */
@Resolver(() => EventType)
export class EventAgentResolver {
  @FieldResolver(() => Agent, { nullable: true })
  async agent(@Root() { agentId }: EventType, @Ctx() context: RequestContext): Promise<Agent | null> {
    return agentId === null ? null : context.loader(agentById).load(agentId);
  }
}
