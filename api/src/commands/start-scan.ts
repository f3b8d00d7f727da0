import { uuidv7 } from "uuidv7";
import { actorOf, type Caller } from "../access/caller.js";
import { agentStream } from "../agents/agent-stream.js";
import type { Sql } from "../database/sql.js";
import { inTransaction } from "../database/unit-of-work.js";
import { lockStreams } from "../events/lock-streams.js";
import { PreconditionError, type DomainError } from "../schema/user-errors.js";
import { answerOnce } from "./answer-once.js";
import { keepError, type BulkAnswer } from "./bulk-answer.js";
import type { CommandParts } from "./command-parts.js";
import { readClock } from "./commands.sql.js";
import { queueCommand } from "./queue-command.js";
import { missing, readIds, type BulkId } from "./read-ids.js";

/** Which agents shall scan what. */
export interface ScanRequest {
  /** Global ids. */
  readonly agentIds: readonly string[];
  /** Absent: every source that the agent is known to have. */
  readonly source?: string | null | undefined;
  /** Whether the package index is fetched anew first. */
  readonly refresh: boolean;
  readonly idempotencyKey?: string | null | undefined;
}

interface ScannedAgent {
  readonly id: string;
  readonly name: string;
  readonly isRetired: boolean;
  /** The sources that the agent named or scanned and that exist on the machine. */
  readonly sources: readonly string[];
  /** Scans that wait and were never handed over. */
  readonly queued: readonly { id: string; source: string; refresh: boolean }[];
}

/**
 * Queues one SCAN per agent and source. A scan that already waits and does at least as much is answered
 * instead of being doubled. Answers with the commands' ids and with one error per agent that was refused.
 */
export async function startScan(
  parts: CommandParts,
  caller: Caller,
  request: ScanRequest,
): Promise<BulkAnswer> {
  const { ids, errors } = readIds("agent", request.agentIds, "agentIds");
  const { idempotencyKey: key, ...body } = request;
  return await inTransaction(parts.database, async (tx) => {
    return await answerOnce(tx, { caller, operation: "startScan", key, body }, async () => {
      const uuids = ids.map(({ uuid }) => uuid);
      // Only what exists is locked, so that made-up ids leave no streams behind.
      const known = await findAgents(tx, uuids);
      await lockStreams(tx, [...known.keys()].map(agentStream));
      const agents = await findAgents(tx, uuids);
      const now = await readClock(tx);
      const commandIds: string[] = [];
      const refused: DomainError[] = [...errors];
      for (const id of ids) {
        const agent = agents.get(id.uuid);
        const error = refuse(agent, id, request.source);
        if (error || !agent) {
          refused.push(error ?? missing("agent", id));
          continue;
        }
        const sources = agent.sources.filter((source) => request.source == null || source === request.source);
        const wanted = sources.map((source) => {
          const same = agent.queued.find(
            (scan) => scan.source === source && (scan.refresh || !request.refresh),
          );
          return { source, id: same?.id ?? uuidv7(), isNew: !same };
        });
        const events = wanted
          .filter(({ isNew }) => isNew)
          .map((scan) =>
            queueCommand({ id: scan.id, type: "SCAN", source: scan.source, refresh: request.refresh }, now),
          );
        await parts.events.append(tx, agentStream(agent.id), events, actorOf(caller));
        commandIds.push(...wanted.map((scan) => scan.id));
      }
      return { ids: commandIds, errors: refused.map(keepError) };
    });
  });
}

function refuse(
  agent: ScannedAgent | undefined,
  id: BulkId,
  source: string | null | undefined,
): DomainError | undefined {
  if (!agent) return missing("agent", id);
  if (agent.isRetired) {
    const message = `${agent.name} is retired, so it scans nothing.`;
    return new PreconditionError("AGENT_IS_RETIRED", message, id.path);
  }
  if (agent.sources.length === 0) {
    const message = `${agent.name} has not reported any source yet. It scans by itself as soon as it runs.`;
    return new PreconditionError("NO_SOURCES", message, id.path);
  }
  if (source != null && !agent.sources.includes(source)) {
    const message = `${agent.name} has no source ${JSON.stringify(source.slice(0, 100))}. It has: ${agent.sources.join(", ")}.`;
    return new PreconditionError("NO_SUCH_SOURCE", message, id.path);
  }
}

async function findAgents(sql: Sql, ids: readonly string[]): Promise<Map<string, ScannedAgent>> {
  const rows = await sql.query<ScannedAgent>(
    `select a.id, a.name, a.retired_at is not null as "isRetired",
       array(select source from source_presence where agent_id = a.id
         union select source from coverage where agent_id = a.id
         except select source from coverage where agent_id = a.id and status = 'UNSUPPORTED'
         order by source) as sources,
       (select coalesce(json_agg(json_build_object('id', id, 'source', source, 'refresh', refresh)
           order by commands.id), '[]')
         from commands
         where agent_id = a.id and state = 'QUEUED' and type = 'SCAN' and attempt = 0 and deadline_at > now())
         as queued
     from agents a where a.id = any($1::uuid[])`,
    [ids],
    "commands.agents-to-scan",
  );
  return new Map(rows.map((row) => [row.id, row]));
}
