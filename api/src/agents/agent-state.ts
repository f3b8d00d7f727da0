/** Whether an agent can be reached. */
export const agentStates = ["ONLINE", "OFFLINE", "NEVER_SEEN", "RETIRED"] as const;
export type AgentState = (typeof agentStates)[number];

/** Two lost check-ins are an accident, three are silence. */
const MISSED_CHECK_INS = 3;

/**
 * SQL for the moment before which an agent must have been heard of in order to be OFFLINE at `now`. `presence`
 * is the alias of `agent_presence`.
 */
export function offlineBefore(presence: string, now = "now()"): string {
  return `${now} - ${presence}.interval_seconds * ${MISSED_CHECK_INS} * interval '1 second'`;
}

/** SQL for an agent's state. The database's clock decides, so that all servers agree. */
export function agentStateSql(agent: string, presence: string): string {
  return `case when ${agent}.retired_at is not null then 'RETIRED'
    when ${presence}.last_seen_at is null then 'NEVER_SEEN'
    when ${presence}.last_seen_at > ${offlineBefore(presence)} then 'ONLINE'
    else 'OFFLINE' end`;
}
