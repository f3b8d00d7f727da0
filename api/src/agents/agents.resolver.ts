import { inject, injectable } from "tsyringe";
import { Arg, Args, Ctx, ID, Mutation, Query, Resolver } from "type-graphql";
import { addressKey } from "../access/address-key.js";
import type { AttemptLimiter } from "../access/attempt-limiter.js";
import { ForAgents, Public, Requires } from "../access/rules.js";
import { REGISTRATION_ATTEMPTS } from "../injection-tokens.js";
import type { RequestContext } from "../schema/context.js";
import { decodeId } from "../schema/global-id.js";
import type { Page } from "../schema/paginate.js";
import { payload, type Payload } from "../schema/payload.js";
import { callingAgent } from "./agent-caller.js";
import { AGENT_PARTS, type AgentParts } from "./agent-parts.js";
import { Agent, AgentConnection } from "./agent.type.js";
import {
  AgentsArgs,
  CheckInInput,
  RegisterAgentInput,
  RenameAgentInput,
  RenewAgentInput,
  RetireAgentInput,
} from "./agents.inputs.js";
import {
  CheckInPayload,
  RegisterAgentPayload,
  RenameAgentPayload,
  RenewAgentPayload,
  RetireAgentPayload,
} from "./agents.payloads.js";
import { checkIn, type CheckInAnswer } from "./check-in.js";
import { listAgents } from "./list-agents.js";
import { agentById, loadAgent } from "./load-agents.js";
import { registerAgent } from "./register-agent.js";
import { renameAgent } from "./rename-agent.js";
import { renewAgent } from "./renew-agent.js";
import { retireAgent } from "./retire-agent.js";

/** Machines: seen and edited by people, and what they say of themselves. */
@injectable()
@Resolver()
export class AgentsResolver {
  readonly #parts: AgentParts;
  readonly #attempts: AttemptLimiter;

  constructor(
    @inject(AGENT_PARTS) parts: AgentParts,
    @inject(REGISTRATION_ATTEMPTS) attempts: AttemptLimiter,
  ) {
    this.#parts = parts;
    this.#attempts = attempts;
  }

  @Requires("agents:read")
  @Query(() => AgentConnection)
  agents(@Args(() => AgentsArgs) args: AgentsArgs, @Ctx() context: RequestContext): Promise<Page<Agent>> {
    return listAgents(context, args);
  }

  @Requires("agents:read")
  @Query(() => Agent, { nullable: true })
  async agent(@Arg("id", () => ID) id: string, @Ctx() context: RequestContext): Promise<Agent | null> {
    const agentId = decodeId("agent", id);
    return agentId === null ? null : await context.loader(agentById).load(agentId);
  }

  @Requires("agents:manage")
  @Mutation(() => RenameAgentPayload)
  renameAgent(
    @Arg("input", () => RenameAgentInput) input: RenameAgentInput,
    @Ctx() context: RequestContext,
  ): Promise<Payload<{ agent: Agent | null }>> {
    return this.#edit(context, renameAgent(this.#parts, context.caller, input));
  }

  @Requires("agents:manage")
  @Mutation(() => RetireAgentPayload)
  retireAgent(
    @Arg("input", () => RetireAgentInput) input: RetireAgentInput,
    @Ctx() context: RequestContext,
  ): Promise<Payload<{ agent: Agent | null }>> {
    return this.#edit(context, retireAgent(this.#parts, context.caller, input));
  }

  @Public("The registration token is the proof.")
  @Mutation(() => RegisterAgentPayload)
  registerAgent(
    @Arg("input", () => RegisterAgentInput) input: RegisterAgentInput,
    @Ctx() context: RequestContext,
  ): Promise<Payload<Pick<RegisterAgentPayload, "agent" | "credentials">>> {
    return payload(
      async () => {
        const { agentId, credentials } = await this.#attempts.judge(
          `registerAgent ${addressKey(context.address)}`,
          () => registerAgent(this.#parts, input),
        );
        return { agent: await loadAgent(context, agentId), credentials };
      },
      { agent: null, credentials: null },
    );
  }

  @Public("The refresh token is the proof.")
  @Mutation(() => RenewAgentPayload)
  renewAgent(
    @Arg("input", () => RenewAgentInput) input: RenewAgentInput,
  ): Promise<Payload<Pick<RenewAgentPayload, "credentials">>> {
    return payload(async () => ({ credentials: await renewAgent(this.#parts, input.refreshToken) }), {
      credentials: null,
    });
  }

  @ForAgents()
  @Mutation(() => CheckInPayload)
  checkIn(
    @Arg("input", () => CheckInInput) input: CheckInInput,
    @Ctx() context: RequestContext,
  ): Promise<Payload<CheckInAnswer>> {
    const { settings, clock } = this.#parts;
    const request = { ...input, commandIds: input.commandIds ?? [] };
    return payload(() => checkIn(this.#parts, callingAgent(context), request), {
      wantedSources: [],
      intervalSeconds: settings.checkInIntervalSeconds,
      hasCommands: false,
      cancelledCommands: [],
      currentAt: new Date(clock()),
    });
  }

  #edit(context: RequestContext, edited: Promise<string>): Promise<Payload<{ agent: Agent | null }>> {
    return payload(async () => ({ agent: await loadAgent(context, await edited) }), { agent: null });
  }
}
