import type { InjectionToken } from "tsyringe";
import type { AgentHints } from "./agents/agent-hints.js";
import type { AgentSessions } from "./agents/agent-sessions.js";
import type { CommandsInHand } from "./agents/commands-in-hand.js";
import type { InventorySettings } from "./agents/inventory-settings.js";
import type { PresenceRecorder } from "./agents/presence-recorder.js";
import type { Clock } from "./clock.js";
import type { Database } from "./database/database.js";
import type { Log } from "./database/log.js";
import type { EventLog } from "./events/append.js";
import type { EventBus } from "./events/event-bus.js";
import type { EventFeed } from "./events/event-feed.js";
import type { Projectors } from "./events/projector.js";
import type { AttemptLimiter } from "./access/attempt-limiter.js";
import type { Revocations } from "./access/revocations.js";
import type { NodeSource } from "./module.js";
import type { RandomBytes } from "./random-bytes.js";
import type { ClaimSeat } from "./tokens/claim-seat.js";

// What services are asked for by. One place for the whole package; a noun adds its own below.

export const DATABASE: InjectionToken<Database> = Symbol("Database");
export const EVENT_LOG: InjectionToken<EventLog> = Symbol("EventLog");
export const EVENT_BUS: InjectionToken<EventBus> = Symbol("EventBus");
/** Every event of every process, in order: what subscriptions follow. */
export const EVENT_FEED: InjectionToken<EventFeed> = Symbol("EventFeed");
export const PROJECTORS: InjectionToken<Projectors> = Symbol("Projectors");
export const LOG: InjectionToken<Log> = Symbol("Log");
export const CLOCK: InjectionToken<Clock> = Symbol("Clock");
export const RANDOM_BYTES: InjectionToken<RandomBytes> = Symbol("RandomBytes");
/** Says who has lost access, so that open sockets are closed. */
export const REVOCATIONS: InjectionToken<Revocations> = Symbol("Revocations");
/** How `node(id)` finds things, by id prefix; joined from the modules. */
export const NODE_SOURCES: InjectionToken<ReadonlyMap<string, NodeSource>> = Symbol("NodeSources");
/** Takes one seat of a registration token; for registerAgent. */
export const CLAIM_SEAT: InjectionToken<ClaimSeat> = Symbol("ClaimSeat");
/** Slows down guessing of registration tokens from one address. */
export const REGISTRATION_ATTEMPTS: InjectionToken<AttemptLimiter> = Symbol("RegistrationAttempts");
/** What agents need to know of their commands; registered by the commands noun. */
export const COMMANDS_IN_HAND: InjectionToken<CommandsInHand> = Symbol("CommandsInHand");
/** How often agents are heard of, and when knowledge is stale. */
export const INVENTORY_SETTINGS: InjectionToken<InventorySettings> = Symbol("InventorySettings");
/** Gathers signs of life and writes them in batches. */
export const PRESENCE_RECORDER: InjectionToken<PresenceRecorder> = Symbol("PresenceRecorder");
/** Knows agents by their access tokens. */
export const AGENT_SESSIONS: InjectionToken<AgentSessions> = Symbol("AgentSessions");
/** Says which agents went silent or came back; these are no events. */
export const AGENT_HINTS: InjectionToken<AgentHints> = Symbol("AgentHints");
