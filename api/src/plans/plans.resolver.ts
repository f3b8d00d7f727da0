import { inject, injectable } from "tsyringe";
import { Arg, Ctx, ID, Mutation, Query, Resolver } from "type-graphql";
import { Requires } from "../access/rules.js";
import { reviveError } from "../commands/bulk-answer.js";
import { COMMAND_PARTS, type CommandParts } from "../commands/command-parts.js";
import { requireCommands } from "../commands/load-commands.js";
import type { RequestContext } from "../schema/context.js";
import { decodeId } from "../schema/global-id.js";
import { payload, type Payload } from "../schema/payload.js";
import { installPlans } from "./install-plans.js";
import { loadPlans, planById } from "./load-plans.js";
import { Plan } from "./plan.type.js";
import { planUpdates } from "./plan-updates.js";
import {
  InstallPlansInput,
  InstallPlansPayload,
  PlanUpdatesInput,
  PlanUpdatesPayload,
} from "./plans.inputs.js";

/** Exact transactions: asked for, shown and started. */
@injectable()
@Resolver()
export class PlansResolver {
  readonly #parts: CommandParts;

  constructor(@inject(COMMAND_PARTS) parts: CommandParts) {
    this.#parts = parts;
  }

  @Requires("updates:read")
  @Query(() => Plan, { nullable: true })
  async plan(@Arg("id", () => ID) id: string, @Ctx() context: RequestContext): Promise<Plan | null> {
    const uuid = decodeId("plan", id);
    return uuid === null ? null : await context.loader(planById).load(uuid);
  }

  @Requires("updates:plan")
  @Mutation(() => PlanUpdatesPayload)
  planUpdates(
    @Arg("input", () => PlanUpdatesInput) input: PlanUpdatesInput,
    @Ctx() context: RequestContext,
  ): Promise<Payload<Pick<PlanUpdatesPayload, "plans">>> {
    return payload(
      async () => {
        const { ids, errors } = await planUpdates(this.#parts, context.caller, input);
        const plans = await loadPlans(ids, context);
        return { plans: plans.filter((plan) => plan !== null), errors: errors.map(reviveError) };
      },
      { plans: [] },
    );
  }

  @Requires("updates:install")
  @Mutation(() => InstallPlansPayload)
  installPlans(
    @Arg("input", () => InstallPlansInput) input: InstallPlansInput,
    @Ctx() context: RequestContext,
  ): Promise<Payload<Pick<InstallPlansPayload, "commands">>> {
    const { acceptRemovals, dryRun, ...rest } = input;
    const request = { ...rest, acceptRemovals: acceptRemovals ?? false, dryRun: dryRun ?? false };
    return payload(
      async () => {
        const { ids, errors } = await installPlans(this.#parts, context.caller, request);
        return { commands: await requireCommands(context, ids), errors: errors.map(reviveError) };
      },
      { commands: [] },
    );
  }
}
