import { agentStream } from "../agents/agent-stream.js";
import type { Tx } from "../database/sql.js";
import { inTransaction } from "../database/unit-of-work.js";
import { systemActor } from "../events/event.js";
import { lockStreams } from "../events/lock-streams.js";
import { retentionEvents } from "./project-retention.js";
import { daysAgo, firstIdOf, isOnlyOne, type RetentionParts } from "./retention-parts.js";
import { sumUpStream } from "./sum-up-stream.js";

const AGENTS = 200;
/** Each forgetting is an event itself, so it waits until it is worth one. */
const SCAN_SLACK_DAYS = 7;
const EVENT_SLACK_DAYS = 30;

/** Whether a scan from before the id `$1` was replaced since, and whether a second event is older than `$2`. */
const AGES = `
  select a.id,
    exists (select from scans s join coverage c on c.agent_id = s.agent_id and c.source = s.source
      where s.agent_id = a.id and s.id < $1 and c.latest_number > s.scan_number and c.latest_scan_id <> s.id
      ) as "hasScans",
    coalesce((select e.at < $2 from events e where e.stream = 'agent:' || a.id
      order by e.sequence offset 1 limit 1), false) as "hasEvents"`;

/** The ages of the next `$4` agents behind `$3`. */
export const AGES_OF_NEXT = `
  ${AGES} from (select id from agents where id > $3 order by id limit $4) a order by a.id`;

const AGES_OF_ONE = `${AGES} from agents a where a.id = $3`;

interface AgentAge {
  readonly id: string;
  readonly hasScans: boolean;
  readonly hasEvents: boolean;
}

/** What was forgotten. */
export interface ForgottenHistory {
  readonly agents: number;
  readonly events: number;
}

/**
 * Goes through all agents: replaced scans and what has ended are forgotten by an event of the agent's stream, so
 * that state and log stay one; old events are summed up. One agent at a time is locked.
 */
export async function forgetHistory(parts: RetentionParts, now: Date): Promise<ForgottenHistory> {
  const scansBefore = daysAgo(now, parts.settings.scanDays);
  const eventsBefore = daysAgo(now, parts.settings.eventDays);
  let [agents, events] = [0, 0];
  if (!scansBefore && !eventsBefore) return { agents, events };
  const limits = limitsOf(scansBefore, eventsBefore);
  for (let last = firstIdOf(new Date(0)); ;) {
    const page = await parts.database.query<AgentAge>(
      AGES_OF_NEXT,
      [...limits, last, AGENTS],
      "retention.ages-of-next",
    );
    for (const { id } of page.filter(({ hasScans, hasEvents }) => hasScans || hasEvents)) {
      const count = await inTransaction(parts.database, (tx) =>
        forgetOfAgent(parts, tx, id, { limits, scansBefore, eventsBefore }),
      );
      if (count === undefined) return { agents, events };
      agents += count.agents;
      events += count.events;
      await parts.pause();
    }
    if (page.length < AGENTS) return { agents, events };
    last = page.at(-1)?.id ?? last;
    await parts.pause();
  }
}

/** The first two parameters of AGES. */
function limitsOf(scansBefore: Date | undefined, eventsBefore: Date | undefined): readonly unknown[] {
  const earlier = (moment: Date | undefined, days: number): Date =>
    (moment && daysAgo(moment, days)) ?? new Date(0);
  return [firstIdOf(earlier(scansBefore, SCAN_SLACK_DAYS)), earlier(eventsBefore, EVENT_SLACK_DAYS)];
}

interface Before {
  readonly limits: readonly unknown[];
  readonly scansBefore: Date | undefined;
  readonly eventsBefore: Date | undefined;
}

/** Nothing when another server is at it. */
async function forgetOfAgent(
  { events, projectors }: RetentionParts,
  tx: Tx,
  agentId: string,
  { limits, scansBefore, eventsBefore }: Before,
): Promise<ForgottenHistory | undefined> {
  if (!(await isOnlyOne(tx))) return undefined;
  const stream = agentStream(agentId);
  await lockStreams(tx, [stream]);
  // Another server may have done it since the page was read.
  const [age] = await tx.query<AgentAge>(AGES_OF_ONE, [...limits, agentId], "retention.ages-of-one");
  if (!age?.hasScans && !age?.hasEvents) return { agents: 0, events: 0 };
  const endedBefore = age.hasEvents ? eventsBefore : undefined;
  const event = retentionEvents.of("history.forgotten", {
    scansBefore: scansBefore?.toISOString() ?? null,
    endedBefore: endedBefore?.toISOString() ?? null,
  });
  await events.append(tx, stream, [event], systemActor);
  const gone = endedBefore ? await sumUpStream(tx, projectors, stream, endedBefore) : 0;
  return { agents: 1, events: gone };
}
