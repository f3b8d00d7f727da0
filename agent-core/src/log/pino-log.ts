import type { LogFields } from "@redflag/plugin-sdk";
import { destination, type Logger, pino } from "pino";
import type { Log } from "./log.js";

/** How much is logged. */
export const LOG_LEVELS = ["debug", "info", "warn", "error", "silent"] as const;

/** One of {@link LOG_LEVELS}. */
export type LogLevel = (typeof LOG_LEVELS)[number];

/** One JSON object a line on stdout, where supervisors and journals look for it. */
export function createPinoLog(level: LogLevel): Log {
  const base = { level, base: null, timestamp: () => `,"at":"${new Date().toISOString()}"` };
  const stdout = destination({ dest: 1, sync: true });
  // A supervisor that died closed the pipe: whoever installs must not fall over a log line.
  stdout.on("error", () => undefined);
  return wrap(pino(base, stdout));
}

function wrap(logger: Logger): Log {
  return {
    debug: (message, fields) => logger.debug(fields ?? {}, message),
    info: (message, fields) => logger.info(fields ?? {}, message),
    warn: (message, fields) => logger.warn(fields ?? {}, message),
    error: (message, fields) => logger.error(fields ?? {}, message),
    child: (fields: LogFields) => wrap(logger.child(fields)),
  };
}
