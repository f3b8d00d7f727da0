import { actorOf, type AgentCaller } from "../access/caller.js";
import { agentStream } from "../agents/agent-stream.js";
import type { Sql, Tx } from "../database/sql.js";
import { inTransaction } from "../database/unit-of-work.js";
import type { NewEvent } from "../events/event.js";
import { lockStreams } from "../events/lock-streams.js";
import { ConflictError } from "../schema/user-errors.js";
import type { CommandParts } from "./command-parts.js";
import { findCommands, readClock } from "./commands.sql.js";
import { judgeUpdates, judgeWhole, type WantedVersion } from "./judge-updates.js";
import type { OutputLine } from "./progress.sql.js";
import { commandEvents } from "./project-commands.js";
import type { LocalCommand, Wanted } from "./read-local-command.js";
import { keepReceipt } from "./results.sql.js";
import { findRollbackCandidates } from "./rollbacks.sql.js";
import { wantedVersions } from "./wanted-versions.js";

/**
 * Records what somebody at the machine had the agent do without the server, as a command that has ended: its
 * updates move as they do by any install. Repeating it changes nothing.
 *
 * Throws {@link ConflictError} when another agent's command, or one of the server's, has this id.
 */
export async function reportLocalCommand(
  parts: CommandParts,
  agent: AgentCaller,
  command: LocalCommand,
): Promise<void> {
  const { commandId, receipt } = command.result;
  await inTransaction(parts.database, async (tx) => {
    await lockStreams(tx, [agentStream(agent.id)]);
    const [known] = await findCommands(tx, [commandId]);
    if (known) {
      if (known.agentId === agent.id && known.isLocal) return;
      throw new ConflictError("Another command has this id.", null, ["input", "commandId"]);
    }
    const events = await eventsOf(parts, tx, agent, command);
    await parts.events.append(tx, agentStream(agent.id), events, actorOf(agent));
    if (receipt !== null) await keepReceipt(tx, commandId, receipt);
    await keepOutput(tx, commandId, command.lines);
  });
}

async function eventsOf(
  parts: CommandParts,
  tx: Tx,
  agent: AgentCaller,
  command: LocalCommand,
): Promise<NewEvent[]> {
  const { result, type, source, rollsBack, reversibility } = command;
  const updates =
    rollsBack === null
      ? await findOpenUpdates(tx, agent.id, source, command.wanted)
      : await findUpdatesTakenBack(parts, tx, agent, { source, rollsBack });
  const updateIds = updates.map(({ updateId }) => updateId);
  const outcomes = judgeUpdates({
    command: { type, updateIds },
    wanted: updates,
    state: result.state,
    failure: result.failure,
    items: result.items,
  });
  const { state, failure } = judgeWhole(result, outcomes, result.items);
  const now = await readClock(tx);
  // A machine whose clock is ahead has done nothing in the future.
  const past = (at: Date): string => new Date(Math.min(at.getTime(), now.getTime())).toISOString();
  const about = { commandId: result.commandId, type, source, planId: null, updateIds };
  return [
    commandEvents.of("command.recorded", {
      ...about,
      requestedBy: command.requestedBy,
      requestedAt: past(command.requestedAt),
      startedAt: result.startedAt && past(result.startedAt),
      rollsBack,
      reversibility: reversibility && { ...reversibility, reasons: [...reversibility.reasons] },
    }),
    commandEvents.of("command.finished", {
      ...about,
      attempt: result.attempt,
      state,
      failure,
      restart: result.restart,
      restartReasons: [...result.restartReasons],
      items: [...result.items],
      updates: outcomes,
      // By its own clock: the machine's scans are held against this.
      agentStartedAt: result.startedAt?.toISOString() ?? null,
      agentFinishedAt: result.finishedAt.toISOString(),
    }),
  ];
}

/** The updates that a rollback takes back, if it names an install of the same source that the server knows of this agent. */
async function findUpdatesTakenBack(
  parts: CommandParts,
  tx: Tx,
  agent: AgentCaller,
  { source, rollsBack }: { readonly source: string; readonly rollsBack: string },
): Promise<readonly WantedVersion[]> {
  const [install] = await findRollbackCandidates(tx, [rollsBack]);
  const isOwn = install?.agentId === agent.id && install.source === source && install.type === "INSTALL";
  if (!isOwn) return [];
  return await wantedVersions(parts, tx, { planId: null, rollsBack, updateIds: install.updateIds });
}

/** The open updates that it was to install. */
async function findOpenUpdates(
  sql: Sql,
  agentId: string,
  source: string,
  wanted: readonly Wanted[],
): Promise<WantedVersion[]> {
  if (wanted.length === 0) return [];
  return await sql.query<WantedVersion>(
    `select u.id as "updateId", u.key, u.candidate_version as version
     from unnest($3::text[], $4::text[]) as wanted (key, version)
     join updates u on u.agent_id = $1 and u.source = $2 and u.is_open
       and u.key = wanted.key and u.candidate_version = wanted.version
     order by u.id`,
    [agentId, source, wanted.map(({ key }) => key), wanted.map(({ candidateVersion }) => candidateVersion)],
    "commands.find-wanted",
  );
}

/** The last lines, which is all that is kept of what nobody saw happen. */
async function keepOutput(tx: Tx, commandId: string, lines: readonly OutputLine[]): Promise<void> {
  if (lines.length === 0) return;
  await tx.query(
    `insert into command_output (command_id, sequence, occurred_at, text)
     select $1, * from unnest($2::int[], $3::timestamptz[], $4::text[]) on conflict do nothing`,
    [
      commandId,
      lines.map(({ sequence }) => sequence),
      lines.map(({ occurredAt }) => occurredAt),
      lines.map(({ text }) => text),
    ],
    "commands.keep-output",
  );
}
