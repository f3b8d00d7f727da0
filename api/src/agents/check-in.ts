import type { AgentCaller } from "../access/caller.js";
import type { Clock } from "../clock.js";
import { decodeId, encodeId } from "../schema/global-id.js";
import { LimitError } from "../schema/user-errors.js";
import { findKnownSources, type KnownSource } from "./agents.sql.js";
import { changeFacts } from "./change-facts.js";
import { cleanFacts, type RawFacts } from "./clean-facts.js";
import type { CommandsInHand } from "./commands-in-hand.js";
import type { EditParts } from "./edit-agent.js";
import type { InventorySettings } from "./inventory-settings.js";
import type { PresenceRecorder } from "./presence-recorder.js";
import { retiredAgent } from "./retired-agent.js";
import { requireSourceName } from "./source-name.js";

/** What checking in works with. */
export interface CheckInParts extends EditParts {
  readonly clock: Clock;
  readonly settings: InventorySettings;
  readonly presence: PresenceRecorder;
  readonly commands: CommandsInHand;
}

/** What an agent has. */
export interface CheckInInput {
  /** Absent: unchanged. */
  readonly facts?: RawFacts | null | undefined;
  readonly sources: readonly SourceDigest[];
  /** Global ids. */
  readonly commandIds: readonly string[];
}

interface SourceDigest {
  readonly source: string;
  readonly digest?: string | null | undefined;
  readonly finishedAt?: Date | null | undefined;
}

/** What the server wants of the agent. */
export interface CheckInAnswer {
  readonly wantedSources: readonly string[];
  readonly intervalSeconds: number;
  readonly hasCommands: boolean;
  /** Global ids. */
  readonly cancelledCommands: readonly string[];
  readonly currentAt: Date;
}

const MOST = 50;

/**
 * The sign of life. Where nothing changed it costs two reads by primary key and no write of its own: what the
 * server has of each source, and whether a command waits. Presence is written in batches.
 *
 * Throws {@link LimitError} for more than 50 sources or commands, ValidationError for names and facts that
 * break their rules, and refuses retired agents.
 */
export async function checkIn(
  parts: CheckInParts,
  agent: AgentCaller,
  input: CheckInInput,
): Promise<CheckInAnswer> {
  requireFew("sources", input.sources.length);
  requireFew("commandIds", input.commandIds.length);
  for (const [index, { source }] of input.sources.entries()) {
    requireSourceName(source, ["input", "sources", String(index), "source"]);
  }
  const facts = input.facts == null ? null : cleanFacts(input.facts);
  const commandIds = input.commandIds.flatMap((id) => decodeId("cmd", id) ?? []);
  const [known, hasCommands, cancelled] = await Promise.all([
    findKnownSources(parts.database, agent.id),
    parts.commands.hasQueued(agent.id),
    commandIds.length === 0 ? [] : parts.commands.cancelled(agent.id, commandIds),
  ]);
  if (known.isRetired) throw retiredAgent();
  if (commandIds.length > 0) await parts.commands.renewLeases(agent.id, commandIds);
  if (facts) await changeFacts(parts, agent, facts);
  const now = new Date(parts.clock());
  return {
    wantedSources: compareSources(parts.presence, agent.id, input.sources, known.sources),
    intervalSeconds: parts.settings.checkInIntervalSeconds,
    hasCommands,
    cancelledCommands: cancelled.map((id) => encodeId("cmd", id)),
    currentAt: now,
  };
}

/** Notes what is confirmed and answers with what differs. */
function compareSources(
  presence: PresenceRecorder,
  agentId: string,
  reported: readonly SourceDigest[],
  known: readonly KnownSource[],
): string[] {
  const bySource = new Map(known.map((source) => [source.source, source]));
  const wanted = new Set<string>();
  for (const { source, digest, finishedAt } of reported) {
    const has = bySource.get(source);
    const isSame = digest != null && has?.digest === digest;
    if (digest != null && !isSame) wanted.add(source);
    if (isSame) presence.sawSource(agentId, source, finishedAt ?? null);
    else if (!has?.isNamed) presence.sawSource(agentId, source, null);
  }
  return [...wanted];
}

function requireFew(field: "sources" | "commandIds", count: number): void {
  if (count <= MOST) return;
  throw new LimitError(`${count} ${field} were given; at most ${MOST} are allowed.`, MOST, ["input", field]);
}
