/**
 * SQL for the packages of a plan's whole transaction, also those that come along or go away, that somebody holds now:
 * rows of `key` and `name`. `planId` is an SQL expression of the program's own.
 */
export function heldInPlan(planId: string): string {
  return `select h.key, (item ->> 'name') collate "C" as name
    from plans hp
      cross join lateral jsonb_array_elements(hp.items || hp.also_installs || hp.also_removes) item
      join held_packages h
        on h.agent_id = hp.agent_id and h.source = hp.source and h.key = item ->> 'key'
    where hp.id = ${planId}`;
}
