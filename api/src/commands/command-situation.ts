import { offlineBefore } from "../agents/agent-state.js";
import type { LoaderFactory } from "../schema/context.js";
import { CHANGING_TYPES } from "./command-kinds.js";
import type { CommandProgress } from "./command.type.js";

/** What is true of a command beside what events tell: leases, silence, progress. */
export interface CommandSituation {
  /** When the lease of the present attempt runs out; null when nobody has it in hand. */
  readonly leaseExpiresAt: Date | null;
  /** For how many seconds the agent has been silent; null when it has never been heard of. */
  readonly silentSeconds: number | null;
  readonly offlineAfterSeconds: number;
  /** Another command that changes packages of the same source is older or in the agent's hand. */
  readonly isBehindChange: boolean;
  readonly progress: CommandProgress | null;
}

type Row = Omit<CommandSituation, "progress"> & {
  readonly id: string;
  readonly phase: string | null;
  readonly percent: number | null;
  readonly itemName: string | null;
  readonly isCancellable: boolean;
  readonly occurredAt: Date;
};

const READ = `
  select c.id, l.expires_at as "leaseExpiresAt",
    extract(epoch from now() - a.last_seen_at)::float8 as "silentSeconds",
    coalesce(extract(epoch from now() - (${offlineBefore("a")})), 0)::float8 as "offlineAfterSeconds",
    c.type in (${CHANGING_TYPES}) and exists (
      select from commands o
      where o.agent_id = c.agent_id and o.source = c.source and o.type in (${CHANGING_TYPES}) and o.id <> c.id
        and (o.state in ('CLAIMED', 'RUNNING') or (o.state = 'QUEUED' and o.id < c.id))
    ) as "isBehindChange",
    p.phase, p.percent, p.item_name as "itemName", p.is_cancellable as "isCancellable",
    p.occurred_at as "occurredAt"
  from commands c
    left join agent_presence a on a.agent_id = c.agent_id
    left join command_leases l on l.command_id = c.id and l.attempt = c.attempt
    left join command_progress p on p.command_id = c.id
  where c.id = any($1::uuid[])`;

/** The loader of situations, by plain command id; null for an unknown command. */
export const situationLoader: LoaderFactory<string, CommandSituation | null> = (context) => async (ids) => {
  const rows = await context.database.query<Row>(READ, [ids], "commands.situation");
  const byId = new Map(rows.map((row) => [row.id, toSituation(row)]));
  return ids.map((id) => byId.get(id) ?? null);
};

function toSituation(row: Row): CommandSituation {
  const { phase, percent, itemName, isCancellable, occurredAt, ...rest } = row;
  const progress = phase === null ? null : { phase, percent, itemName, isCancellable, occurredAt };
  return { ...rest, progress };
}
