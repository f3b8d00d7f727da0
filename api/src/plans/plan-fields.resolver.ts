import { injectable } from "tsyringe";
import { Ctx, FieldResolver, Resolver, Root } from "type-graphql";
import { Agent } from "../agents/agent.type.js";
import { loadAgent } from "../agents/load-agents.js";
import { Command } from "../commands/command.type.js";
import { commandLoader } from "../commands/load-commands.js";
import type { RequestContext } from "../schema/context.js";
import { requireId } from "../schema/global-id.js";
import { updateById } from "../updates/load-updates.js";
import { Update } from "../updates/update.type.js";
import { heldInPlans, holdBlocker } from "./held-in-plans.js";
import { latestOfUpdate, planById, updateIdsOfPlan } from "./load-plans.js";
import { Plan, PlanBlocker, Reversibility } from "./plan.type.js";

/** What a plan refers to. */
@injectable()
@Resolver(() => Plan)
export class PlanFieldsResolver {
  @FieldResolver(() => Agent)
  agent(@Root() plan: Plan, @Ctx() context: RequestContext): Promise<Agent> {
    return loadAgent(context, plan.agentId);
  }

  @FieldResolver(() => [Update])
  async updates(@Root() plan: Plan, @Ctx() context: RequestContext): Promise<readonly Update[]> {
    const ids = await context.loader(updateIdsOfPlan).load(plan.uuid);
    const updates = await Promise.all(ids.map((id) => context.loader(updateById).load(id)));
    return updates.filter((update) => update !== null);
  }

  /** Holds come and go after a plan was resolved, so those of RedFlag are looked up when it is shown. */
  @FieldResolver(() => [PlanBlocker])
  async blockers(@Root() plan: Plan, @Ctx() context: RequestContext): Promise<readonly PlanBlocker[]> {
    if (plan.state !== "READY") return plan.blockers;
    const held = await context.loader(heldInPlans).load(plan.uuid);
    return [...plan.blockers, ...held.map(holdBlocker)];
  }

  @FieldResolver(() => Command)
  async planCommand(@Root() plan: Plan, @Ctx() context: RequestContext): Promise<Command> {
    const command = await context.loader(commandLoader).load(plan.planCommandId);
    if (!command) throw new Error(`The plan ${plan.id} has lost its command.`);
    return command;
  }

  @FieldResolver(() => Command, { nullable: true })
  async installCommand(@Root() plan: Plan, @Ctx() context: RequestContext): Promise<Command | null> {
    const { installCommandId } = plan;
    return installCommandId === null ? null : await context.loader(commandLoader).load(installCommandId);
  }
}

/** The plan of a command, and what it said of taking an install back. */
@injectable()
@Resolver(() => Command)
export class CommandPlanResolver {
  @FieldResolver(() => Plan, { nullable: true })
  async plan(@Root() command: Command, @Ctx() context: RequestContext): Promise<Plan | null> {
    return command.planId === null ? null : await context.loader(planById).load(command.planId);
  }

  @FieldResolver(() => Reversibility, { nullable: true })
  async reversibility(
    @Root() command: Command,
    @Ctx() context: RequestContext,
  ): Promise<Reversibility | null> {
    if (command.type !== "INSTALL") return null;
    if (command.planId === null) return command.localReversibility;
    return (await context.loader(planById).load(command.planId))?.reversibility ?? null;
  }
}

/** What was last planned and installed of an update. */
@injectable()
@Resolver(() => Update)
export class UpdatePlanResolver {
  @FieldResolver(() => Plan, { nullable: true })
  async plan(@Root() update: Update, @Ctx() context: RequestContext): Promise<Plan | null> {
    const { planId } = await context.loader(latestOfUpdate).load(requireId("upd", update.id));
    return planId === null ? null : await context.loader(planById).load(planId);
  }

  @FieldResolver(() => Command, { nullable: true })
  async command(@Root() update: Update, @Ctx() context: RequestContext): Promise<Command | null> {
    const { installCommandId } = await context.loader(latestOfUpdate).load(requireId("upd", update.id));
    return installCommandId === null ? null : await context.loader(commandLoader).load(installCommandId);
  }
}
