import { agentOfStream } from "../agents/agent-stream.js";
import type { CommandItem, CommandPayload, UpdateOutcome } from "../commands/commands.events.js";
import type { Sql } from "../database/sql.js";
import type { RecordedEvent } from "../events/event.js";
import { projectRolledBack } from "./project-rollback.js";
import { statesAfter } from "./update-states.js";

type Recorded<Type extends "command.started" | "command.finished" | "command.expired"> = RecordedEvent<
  CommandPayload<Type>
>;

const MOVE = `
  update updates set state = $2::jsonb ->> state, changed_at = $3, failure_code = null, failure_message = null,
    installed_at = $4, verified_at = null
  where id = any($1) and $2::jsonb ? state`;

const FAIL = `
  update updates set state = $2::jsonb ->> state, changed_at = $3, installed_at = null, verified_at = null,
    failure_code = $4::jsonb -> id::text ->> 'code', failure_message = $4::jsonb -> id::text ->> 'message'
  where id = any($1) and $2::jsonb ? state`;

/** Open updates that the transaction brought along although the plan was not asked for them. */
const BROUGHT_ALONG = `
  select id from updates
  where agent_id = $1 and source = $2 and is_open and key = any($3) and candidate_version = $4::jsonb ->> key`;

/** Whichever listener comes first, the one that ends these commands or this one. */
const GIVEN_UP = `
  select distinct unnest(update_ids) as id from commands
  where agent_id = $1 and type = 'INSTALL' and attempt > 0
    and (state = 'QUEUED' or failure_code = 'AGENT_RETIRED')`;

const AGENT_RETIRED = {
  code: "AGENT_RETIRED",
  message: "The agent was retired before it told whether this was installed.",
};

const UNKNOWN_FAILURE = { code: "INTERNAL", message: "The agent did not say why." };

export async function projectStarted(sql: Sql, { payload, at }: Recorded<"command.started">): Promise<void> {
  if (payload.type !== "INSTALL") return;
  await sql.query(MOVE, [payload.updateIds, statesAfter("begin"), at, null], "updates.move");
}

export async function projectFinished(sql: Sql, event: Recorded<"command.finished">): Promise<void> {
  const { payload, at } = event;
  if (payload.type === "ROLLBACK") await projectRolledBack(sql, event);
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

/**
 * A retired agent takes nothing more, so nobody will ever say what became of an install that it once had and lost: what
 * it may have begun has failed. What it has in hand it still tells of itself.
 */
export async function projectAgentRetired(sql: Sql, event: RecordedEvent): Promise<void> {
  const given = await sql.query<{ id: string }>(GIVEN_UP, [agentOfStream(event.stream)], "updates.given-up");
  const updates = given.map(({ id }) => ({
    updateId: id,
    outcome: "FAILED" as const,
    failure: AGENT_RETIRED,
  }));
  await projectOutcomes(sql, updates, event.at, event.at);
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
  const failures = Object.fromEntries(
    failed.map(({ updateId, failure }) => [updateId, failure ?? UNKNOWN_FAILURE]),
  );
  await sql.query(FAIL, [ids(failed), statesAfter("fail"), at, failures], "updates.fail");
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
      Object.fromEntries(installed.map(({ key, toVersion }) => [key, toVersion])),
    ],
    "updates.brought-along",
  );
  return rows.map(({ id }) => id).filter((id) => !asked.has(id));
}
