import type { Log } from "./log.js";

const ignore = (): void => undefined;

/** Says nothing; for commands whose output is their result. */
export const silentLog: Log = {
  debug: ignore,
  info: ignore,
  warn: ignore,
  error: ignore,
  child: () => silentLog,
};
