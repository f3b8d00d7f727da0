import { agentStream } from "../agents/agent-stream.js";
import { actorOf, type AgentCaller } from "../access/caller.js";
import type { Tx } from "../database/sql.js";
import { inTransaction } from "../database/unit-of-work.js";
import { systemActor, type NewEvent } from "../events/event.js";
import { lockStreams } from "../events/lock-streams.js";
import { ValidationError } from "../schema/user-errors.js";
import { aboutCommand } from "./about-command.js";
import { movesPackages } from "./command-kinds.js";
import { RUN_SECONDS } from "./command-limits.js";
import type { CommandParts } from "./command-parts.js";
import {
  beginLeases,
  findObjections,
  hasQueued,
  lockClaimable,
  readClock,
  type CommandHead,
  type Objection,
} from "./commands.sql.js";
import { judgeUpdates } from "./judge-updates.js";
import { askedAbout } from "./notes.sql.js";
import type { PlanContents } from "./plans-of-commands.js";
import { commandEvents } from "./project-commands.js";

/** A command in an agent's hand. */
export interface ClaimedCommand extends CommandHead {
  /** What a PLAN resolves, an INSTALL carries out or RELEASE_NOTES are asked of. Null for a SCAN. */
  readonly contents: PlanContents | null;
}

const MOST = 50;

/**
 * Hands at most `first` commands (1 to 50) to the agent that asks, oldest first, each under a lease and the
 * next attempt's number. Two callers never get the same command. An install whose updates are no longer all
 * approved, and an install or a rollback of which a package is held now, fails instead of being handed over.
 */
export async function claimCommands(
  parts: CommandParts,
  agent: AgentCaller,
  first: number,
): Promise<ClaimedCommand[]> {
  if (first < 1 || first > MOST) {
    throw new ValidationError(`first is ${first}; it must be from 1 to ${MOST}.`, ["input", "first"]);
  }
  // Most agents ask in vain most of the time: they must not wait for the stream's lock.
  if (!(await hasQueued(parts.database, agent.id))) return [];
  return await inTransaction(parts.database, async (tx) => {
    await lockStreams(tx, [agentStream(agent.id)]);
    const takeable = await lockSound(parts, tx, agent.id, first);
    if (takeable.length === 0) return [];
    const now = await readClock(tx);
    const taken = takeable.map((command) => ({
      ...command,
      state: "CLAIMED" as const,
      attempt: command.attempt + 1,
    }));
    await beginLeases(tx, agent.id, taken);
    const events = taken.map((command) => claimedEvent(command, now));
    await parts.events.append(tx, agentStream(agent.id), events, actorOf(agent));
    const planIds = taken.flatMap(({ planId }) => planId ?? []);
    const contents = await parts.plans.contents(tx, planIds);
    const asked = await askedAbout(tx, taken);
    return taken.map((command) => ({
      ...command,
      contents: contents.get(command.planId ?? "") ?? asked.get(command.id) ?? null,
    }));
  });
}

function claimedEvent(command: CommandHead, now: Date): NewEvent {
  const deadlineAt = new Date(now.getTime() + RUN_SECONDS[command.type] * 1000).toISOString();
  return commandEvents.of("command.claimed", {
    ...aboutCommand(command),
    attempt: command.attempt,
    deadlineAt,
  });
}

/**
 * Between the click and the hand-over somebody may have held a package or rejected an update, or a scan may have found a
 * newer candidate. What was handed over before may have begun, so it goes back to the agent.
 */
async function lockSound(
  parts: CommandParts,
  tx: Tx,
  agentId: string,
  first: number,
): Promise<CommandHead[]> {
  for (;;) {
    const commands = await lockClaimable(tx, agentId, first);
    const fresh = commands.filter(({ type, attempt }) => movesPackages(type) && attempt === 0);
    const objections =
      fresh.length === 0
        ? []
        : await findObjections(
            tx,
            fresh.map(({ id }) => id),
          );
    // What waited behind a command that falls away may be taken now.
    if (objections.length === 0) return commands;
    const byCommand = new Map(objections.map((objection) => [objection.commandId, objection]));
    const events = commands.flatMap((command) => {
      const objection = byCommand.get(command.id);
      return objection ? [droppedEvent(command, objection)] : [];
    });
    await parts.events.append(tx, agentStream(agentId), events, systemActor);
  }
}

function droppedEvent(command: CommandHead, { name, isHeld }: Objection): NewEvent {
  const isInstall = command.type === "INSTALL";
  const since = `since the ${isInstall ? "install" : "rollback"} was started`;
  const again = isInstall ? "plan it again" : "roll back again";
  const failure = isHeld
    ? { code: "UPDATE_IS_HELD", message: `${name} is held ${since}. Release it, then ${again}.` }
    : { code: "UPDATE_IS_NOT_APPROVED", message: `${name} is no longer approved ${since}. Plan it again.` };
  return commandEvents.of("command.finished", {
    ...aboutCommand(command),
    attempt: 0,
    state: "FAILED",
    failure,
    restart: null,
    items: [],
    updates: judgeUpdates({ command, wanted: null, state: "CANCELLED", failure: null, items: [] }),
    agentStartedAt: null,
    agentFinishedAt: null,
  });
}
