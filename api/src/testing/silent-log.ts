import type { Log } from "../database/log.js";

const drop = (): void => {};

/** A log that nobody reads. */
export const silentLog: Log = { debug: drop, info: drop, warn: drop, error: drop };
