import type { LoaderFactory } from "../schema/context.js";
import type { PlanBlocker } from "./plan.type.js";

/** A package of a plan that RedFlag holds. */
interface HeldPackage {
  readonly name: string;
  readonly reason: string | null;
}

/** The packages of a plan's whole transaction that RedFlag holds now, by plain plan id, by name. */
export const heldInPlans: LoaderFactory<string, readonly HeldPackage[]> = (context) => async (ids) => {
  const rows = await context.database.query<HeldPackage & { planId: string }>(
    `select p.id as "planId", item ->> 'name' as name, h.reason
     from plans p
       cross join lateral jsonb_array_elements(p.items || p.also_installs || p.also_removes) item
       join update_holds h on h.agent_id = p.agent_id and h.source = p.source and h.key = item ->> 'key'
     where p.id = any($1::uuid[]) order by name`,
    [ids],
    "plans.held",
  );
  const byPlan = Map.groupBy(rows, ({ planId }) => planId);
  return ids.map((id) => byPlan.get(id) ?? []);
};

/** What stands in the way, in the words of agents. */
export function holdBlocker({ name, reason }: HeldPackage): PlanBlocker {
  const why = reason === null ? "" : ` (${reason})`;
  return {
    code: "HELD",
    message: `RedFlag holds ${name}${why}: release it, or plan without it and what needs it.`,
  };
}
