import { cacheExchange } from "@urql/exchange-graphcache";

const embedded = () => null;

/** Types without an id of their own: they are kept inside what holds them. */
const EMBEDDED = [
  "Actor",
  "AgentConnection",
  "CommandConnection",
  "CommandItem",
  "CommandOutputLine",
  "CommandProgress",
  "Coverage",
  "EventConnection",
  "Failure",
  "PageInfo",
  "PlanBlocker",
  "PlanItem",
  "PlanKept",
  "ReleaseNotes",
  "ScanWarning",
  "Server",
  "UpdateConnection",
  "UpdateCounts",
  "Viewer",
] as const;

/** One copy of every object, so that an event that names it changes it wherever it is shown. */
export const createCache = () =>
  cacheExchange({
    keys: Object.fromEntries(EMBEDDED.map((name) => [name, embedded])),
  });
