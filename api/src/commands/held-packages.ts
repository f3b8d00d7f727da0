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

const heldAmong = (table: string, items: string, condition: string): string =>
  `select h.key, (item ->> 'name') collate "C" as name
    from ${table} cross join lateral jsonb_array_elements(${items}) item
      join held_packages h on h.agent_id = t.agent_id and h.source = t.source and h.key = item ->> 'key'
    where ${condition}`;
