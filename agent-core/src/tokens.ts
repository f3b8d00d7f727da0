import type { Host } from "@redflag/plugin-sdk";
import type { InjectionToken } from "tsyringe";
import type { Clock, Random } from "./clock/clock.js";
import type { ServerClock } from "./clock/server-clock.js";
import type { AgentConfig } from "./config/config-schema.js";
import type { ProcessStarter } from "./exec/process-request.js";
import type { User } from "./facts/user.js";
import type { CommandUplink } from "./jobs/command-uplink.js";
import type { Journal } from "./journal/journal.js";
import type { Log } from "./log/log.js";
import type { ReceiptStore } from "./receipts/receipt-store.js";
import type { ReportStore } from "./state/report-store.js";
import type { StateFolder } from "./state/state-folder.js";
import type { AgentApi } from "./transport/agent-api.js";
import type { ServerAddress } from "./transport/server-address.js";
import type { Session } from "./transport/session.js";
import type { Uplink } from "./transport/uplink.js";

/*
 * What others are given. A service that is itself given such things has its token beside it: here it would close a circle.
 */
const token = <Value>(description: string): InjectionToken<Value> => Symbol(description);

/** Time. */
export const CLOCK = token<Clock>("Clock");

/** Randomness for jitter; never for secrets. */
export const RANDOM = token<Random>("Random");

/** The folder that stands for `/` when the machine is looked at. */
export const FILE_ROOT = token<string>("FileRoot");

/** The only way to start processes. */
export const PROCESS_STARTER = token<ProcessStarter>("ProcessStarter");

/** The agent's log. */
export const LOG = token<Log>("Log");

/** Where the agent's files lie. */
export const STATE_FOLDER = token<StateFolder>("StateFolder");

/** The checked configuration. */
export const CONFIG = token<AgentConfig>("AgentConfig");

/** Facts about the machine for plugins. */
export const HOST = token<Host>("Host");

/** Who the agent runs as. */
export const USER = token<User>("User");

/** The agent's own version. */
export const AGENT_VERSION = token<string>("AgentVersion");

/** The latest report of each source. */
export const REPORT_STORE = token<ReportStore>("ReportStore");

/** What the installations of this machine did. */
export const RECEIPT_STORE = token<ReceiptStore>("ReceiptStore");

/** The server's time, as far as its answers tell. */
export const SERVER_CLOCK = token<ServerClock>("ServerClock");

/** The agent's memory of its commands. */
export const JOURNAL = token<Journal>("Journal");

/** How jobs tell the server. */
export const COMMAND_UPLINK = token<CommandUplink>("CommandUplink");

/** Where the server is. */
export const SERVER_ADDRESS = token<ServerAddress>("ServerAddress");

/** Who this agent is to the server. */
export const SESSION = token<Session>("Session");

/** The agent's operations. */
export const AGENT_API = token<AgentApi>("AgentApi");

/** How commands are told of; the same object as {@link COMMAND_UPLINK}, with the transport's side of it. */
export const UPLINK = token<Uplink>("Uplink");
