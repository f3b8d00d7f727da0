import { inject, injectable } from "tsyringe";
import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from "type-graphql";
import { Requires } from "../access/rules.js";
import { Agent } from "../agents/agent.type.js";
import { loadAgent } from "../agents/load-agents.js";
import type { Database } from "../database/database.js";
import type { EventLog } from "../events/append.js";
import { DATABASE, EVENT_LOG } from "../injection-tokens.js";
import type { RequestContext } from "../schema/context.js";
import { decodeId, requireId } from "../schema/global-id.js";
import type { Page } from "../schema/paginate.js";
import { payload, type Payload } from "../schema/payload.js";
import { approveUpdates } from "./approve-updates.js";
import type { Decided, DecideParts } from "./decide-updates.js";
import { holdUpdates } from "./hold-updates.js";
import { listUpdates } from "./list-updates.js";
import { countsOfAgent } from "./load-counts.js";
import { updateById } from "./load-updates.js";
import { rejectUpdates } from "./reject-updates.js";
import { releaseUpdates } from "./release-updates.js";
import { Update, UpdateConnection, UpdateCounts } from "./update.type.js";
import {
  ApproveUpdatesInput,
  HoldUpdatesInput,
  RejectUpdatesInput,
  ReleaseUpdatesInput,
  UpdatesArgs,
} from "./updates.inputs.js";
import {
  ApproveUpdatesPayload,
  HoldUpdatesPayload,
  RejectUpdatesPayload,
  ReleaseUpdatesPayload,
} from "./updates.payloads.js";

type DecisionAnswer = Payload<{ updates: Update[] }>;

/** What waits on the machines, and what people decide about it. */
@injectable()
@Resolver(() => Update)
export class UpdatesResolver {
  readonly #parts: DecideParts;

  constructor(@inject(DATABASE) database: Database, @inject(EVENT_LOG) events: EventLog) {
    this.#parts = { database, events };
  }

  @Requires("updates:read")
  @Query(() => UpdateConnection)
  updates(@Args(() => UpdatesArgs) args: UpdatesArgs, @Ctx() context: RequestContext): Promise<Page<Update>> {
    return listUpdates(context, args);
  }

  @Requires("updates:read")
  @Query(() => Update, { nullable: true })
  async update(@Arg("id", () => ID) id: string, @Ctx() context: RequestContext): Promise<Update | null> {
    const updateId = decodeId("upd", id);
    return updateId === null ? null : await context.loader(updateById).load(updateId);
  }

  @Requires("updates:approve")
  @Mutation(() => ApproveUpdatesPayload)
  approveUpdates(
    @Arg("input", () => ApproveUpdatesInput) input: ApproveUpdatesInput,
    @Ctx() context: RequestContext,
  ): Promise<DecisionAnswer> {
    return answer(context, () => approveUpdates(this.#parts, context.caller, input));
  }

  @Requires("updates:approve")
  @Mutation(() => RejectUpdatesPayload)
  rejectUpdates(
    @Arg("input", () => RejectUpdatesInput) input: RejectUpdatesInput,
    @Ctx() context: RequestContext,
  ): Promise<DecisionAnswer> {
    return answer(context, () => rejectUpdates(this.#parts, context.caller, input));
  }

  @Requires("updates:approve")
  @Mutation(() => HoldUpdatesPayload)
  holdUpdates(
    @Arg("input", () => HoldUpdatesInput) input: HoldUpdatesInput,
    @Ctx() context: RequestContext,
  ): Promise<DecisionAnswer> {
    return answer(context, () => holdUpdates(this.#parts, context.caller, input));
  }

  @Requires("updates:approve")
  @Mutation(() => ReleaseUpdatesPayload)
  releaseUpdates(
    @Arg("input", () => ReleaseUpdatesInput) input: ReleaseUpdatesInput,
    @Ctx() context: RequestContext,
  ): Promise<DecisionAnswer> {
    return answer(context, () => releaseUpdates(this.#parts, context.caller, input));
  }

  @FieldResolver(() => Agent)
  agent(@Root() update: Update, @Ctx() context: RequestContext): Promise<Agent> {
    return loadAgent(context, update.agentId);
  }
}

function answer(context: RequestContext, decide: () => Promise<Decided>): Promise<DecisionAnswer> {
  return payload(
    async () => {
      const { ids, errors } = await decide();
      const updates = await Promise.all(ids.map((id) => context.loader(updateById).load(id)));
      return { updates: updates.filter((update) => update !== null), errors };
    },
    { updates: [] },
  );
}

/** An agent's own updates. */
@injectable()
@Resolver(() => Agent)
export class AgentUpdatesResolver {
  @FieldResolver(() => UpdateCounts)
  updateCounts(@Root() agent: Agent, @Ctx() context: RequestContext): Promise<UpdateCounts> {
    return context.loader(countsOfAgent).load(requireId("agent", agent.id));
  }

  @FieldResolver(() => UpdateConnection)
  updates(
    @Root() agent: Agent,
    @Args(() => UpdatesArgs) args: UpdatesArgs,
    @Ctx() context: RequestContext,
  ): Promise<Page<Update>> {
    return listUpdates(context, args, requireId("agent", agent.id));
  }
}
