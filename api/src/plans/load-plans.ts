import type { LoaderFactory, RequestContext } from "../schema/context.js";
import { PlanEntity } from "./plan.entity.js";
import { toPlan, type Plan } from "./plan.type.js";

/** Plans by plain uuid, in the order asked for; null where there is none. */
export async function loadPlans(ids: readonly string[], context: RequestContext): Promise<(Plan | null)[]> {
  const found = await context.em.find(PlanEntity, { id: { $in: [...ids] } });
  const byId = new Map(found.map((entity) => [entity.id, toPlan(entity)]));
  return ids.map((id) => byId.get(id) ?? null);
}

/** The request's loader of plans: `context.loader(planById).load(uuid)`. */
export const planById: LoaderFactory<string, Plan | null> = (context) => (ids) => loadPlans(ids, context);

/** The plain ids of a plan's updates by plain plan id, by key. */
export const updateIdsOfPlan: LoaderFactory<string, readonly string[]> = (context) => async (ids) => {
  const rows = await context.database.query<{ planId: string; updateIds: string[] }>(
    `select plan_id as "planId", array_agg(update_id order by key) as "updateIds"
     from plan_updates where plan_id = any($1::uuid[]) group by plan_id`,
    [ids],
    "plans.update-ids",
  );
  const byPlan = new Map(rows.map((row) => [row.planId, row.updateIds]));
  return ids.map((id) => byPlan.get(id) ?? []);
};

/** What was last planned and installed of an update. Plain uuids. */
export interface LatestOfUpdate {
  readonly planId: string | null;
  readonly installCommandId: string | null;
}

/** The latest plan that contains an update, and the latest command that installs it, by plain update id. */
export const latestOfUpdate: LoaderFactory<string, LatestOfUpdate> = (context) => async (ids) => {
  const rows = await context.database.query<LatestOfUpdate & { updateId: string }>(
    `select u.id as "updateId",
       (select plan_id from plan_updates where update_id = u.id order by plan_id desc limit 1) as "planId",
       (select c.id from commands c
        where c.type = 'INSTALL' and c.id in (
          select p.install_command_id from plan_updates w join plans p on p.id = w.plan_id where w.update_id = u.id
          union all
          select l.id from commands l
          where l.agent_id = u.agent_id and l.is_local and u.id = any(l.update_ids))
        order by c.requested_at desc, c.id desc limit 1) as "installCommandId"
     from updates u where u.id = any($1::uuid[])`,
    [ids],
    "plans.latest-of-update",
  );
  const byUpdate = new Map(rows.map(({ updateId, ...latest }) => [updateId, latest]));
  return ids.map((id) => byUpdate.get(id) ?? { planId: null, installCommandId: null });
};
