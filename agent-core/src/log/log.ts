import type { Log as PluginLog, LogFields } from "@redflag/plugin-sdk";

/** The agent's log: static messages with fields, and children that carry fields of their own. */
export interface Log extends PluginLog {
  child(fields: LogFields): Log;
}
