import { agentOfStream } from "../agents/agent-stream.js";
import type { CommandItem, CommandPayload, UpdateOutcome } from "../commands/commands.events.js";
import type { Sql } from "../database/sql.js";
import type { RecordedEvent } from "../events/event.js";
import { statesAfter } from "./update-states.js";

type Recorded<Type extends "command.started" | "command.finished" | "command.expired"> = RecordedEvent<
  CommandPayload<Type>
>;

const MOVE = `
  update updates set state = $2::jsonb ->> state, changed_at = $3, failure_code = null, failure_message = null,
    installed_at = $4
  where id = any($1) and $2::jsonb ? state`;

const FAIL = `
  update updates u set state = $2::jsonb ->> u.state, changed_at = $3, failure_code = v.code,
    failure_message = v.message, installed_at = null
  from unnest($1::uuid[], $4::text[], $5::text[]) as v (id, code, message)
  where u.id = v.id and $2::jsonb ? u.state`;

/** Open updates that the transaction brought along although the plan was not asked for them. */
const BROUGHT_ALONG = `
  select u.id from updates u
  join unnest($3::text[], $4::text[]) as v (key, version) on u.key = v.key and u.candidate_version = v.version
  where u.agent_id = $1 and u.source = $2 and u.is_open`;

export async function projectStarted(sql: Sql, { payload, at }: Recorded<"command.started">): Promise<void> {
  if (payload.type !== "INSTALL") return;
  await sql.query(MOVE, [payload.updateIds, statesAfter("begin"), at, null], "updates.move");
}

export async function projectFinished(sql: Sql, event: Recorded<"command.finished">): Promise<void> {
  const { payload, at } = event;
  if (payload.type !== "INSTALL") return;
  const installedAt = payload.agentFinishedAt === null ? at : new Date(payload.agentFinishedAt);
  await projectOutcomes(sql, payload.updates, at, installedAt);
  const alongside = await findBroughtAlong(sql, event, payload.items);
  if (alongside.length > 0)
    await sql.query(MOVE, [alongside, statesAfter("succeed"), at, installedAt], "updates.move");
}

export async function projectExpired(sql: Sql, { payload, at }: Recorded<"command.expired">): Promise<void> {
  if (payload.type === "INSTALL") await projectOutcomes(sql, payload.updates, at, at);
}

async function projectOutcomes(
  sql: Sql,
  outcomes: readonly UpdateOutcome[],
  at: Date,
  installedAt: Date,
): Promise<void> {
  const succeeded = outcomes.filter(({ outcome }) => outcome === "SUCCEEDED");
  // What was not begun without anything in its way is as approved as before.
  const isGivenBack = ({ outcome, failure }: UpdateOutcome): boolean =>
    outcome === "SKIPPED" && failure === null;
  const givenBack = outcomes.filter(isGivenBack);
  const failed = outcomes.filter((update) => update.outcome !== "SUCCEEDED" && !isGivenBack(update));
  if (succeeded.length > 0)
    await sql.query(MOVE, [ids(succeeded), statesAfter("succeed"), at, installedAt], "updates.move");
  if (givenBack.length > 0)
    await sql.query(MOVE, [ids(givenBack), statesAfter("giveBack"), at, null], "updates.move");
  if (failed.length === 0) return;
  await sql.query(
    FAIL,
    [
      ids(failed),
      statesAfter("fail"),
      at,
      failed.map(({ failure }) => failure?.code ?? "INTERNAL"),
      failed.map(({ failure }) => failure?.message ?? "The agent did not say why."),
    ],
    "updates.fail",
  );
}

const ids = (outcomes: readonly UpdateOutcome[]): string[] => outcomes.map(({ updateId }) => updateId);

async function findBroughtAlong(
  sql: Sql,
  event: Recorded<"command.finished">,
  items: readonly CommandItem[],
): Promise<string[]> {
  const asked = new Set(event.payload.updateIds);
  const installed = items.filter(({ outcome, toVersion }) => outcome === "SUCCEEDED" && toVersion !== null);
  if (installed.length === 0) return [];
  const rows = await sql.query<{ id: string }>(
    BROUGHT_ALONG,
    [
      agentOfStream(event.stream),
      event.payload.source,
      installed.map(({ key }) => key),
      installed.map(({ toVersion }) => toVersion),
    ],
    "updates.brought-along",
  );
  return rows.map(({ id }) => id).filter((id) => !asked.has(id));
}
