/**
 * SQL for the packages of a plan's whole transaction, also those that come along or go away, that somebody holds now:
 * rows of `key` and `name`. `planId` is an SQL expression of the program's own.
 */
export function heldInPlan(planId: string): string {
  return heldAmong("plans t", "t.items || t.also_installs || t.also_removes", `t.id = ${planId}`);
}

/** SQL for whether the package of a command's `item` has another version since. */
export const HAS_MOVED = "item ->> 'fromVersion' is distinct from item ->> 'toVersion'";

/** The same for the packages that have another version since a command. */
export function heldInCommand(commandId: string): string {
  return heldAmong("commands t", "t.items", `t.id = ${commandId} and ${HAS_MOVED}`);
}

/** What RedFlag holds, and what a scan said that the machine holds. Of this one machine: others' holds are not read. */
const heldAmong = (table: string, items: string, condition: string): string =>
  `select h.key, (item ->> 'name') collate "C" as name
    from ${table} cross join lateral (
      select key from update_holds where agent_id = t.agent_id and source = t.source
      union
      select key from updates where agent_id = t.agent_id and source = t.source and is_open and is_held
    ) h join lateral jsonb_array_elements(${items}) item on item ->> 'key' = h.key
    where ${condition}`;
