import { PLANS_OF_COMMANDS } from "../commands/plans-of-commands.js";
import type { ApiModule } from "../module.js";
import { loadPlans } from "./load-plans.js";
import { PlanEntity } from "./plan.entity.js";
import { CommandPlanResolver, PlanFieldsResolver, UpdatePlanResolver } from "./plan-fields.resolver.js";
import { PlansResolver } from "./plans.resolver.js";
import { planEvents } from "./project-plans.js";
import { plansOfCommands } from "./settle-plan.js";

/** The exact transactions that agents resolve and people approve. */
export const plansModule: ApiModule = {
  name: "plans",
  entities: [PlanEntity],
  events: planEvents,
  resolvers: [PlansResolver, PlanFieldsResolver, CommandPlanResolver, UpdatePlanResolver],
  nodes: { plan: { type: "Plan", requires: "updates:read", load: loadPlans } },
  register(container) {
    container.registerInstance(PLANS_OF_COMMANDS, plansOfCommands);
  },
};
