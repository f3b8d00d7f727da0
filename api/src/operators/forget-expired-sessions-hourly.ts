import type { Log } from "../database/log.js";
import type { BackgroundJob } from "../module.js";
import type { OperatorParts } from "./operator-parts.js";
import { forgetExpiredSessions } from "./sessions.js";

const HOUR_MS = 3_600_000;

/** Keeps the table of sessions small; whether one is valid never depends on it. */
export function forgetExpiredSessionsHourly(
  parts: Pick<OperatorParts, "database" | "clock">,
  log: Log,
): BackgroundJob {
  let timer: NodeJS.Timeout | undefined;
  let underWay: Promise<void> = Promise.resolve();
  const run = (): void => {
    underWay = forgetExpiredSessions(parts.database, new Date(parts.clock())).catch((error: unknown) =>
      log.warn({ err: error }, "Expired sessions could not be forgotten"),
    );
  };
  return {
    name: "operators.forget-expired-sessions",
    start() {
      run();
      timer = setInterval(run, HOUR_MS).unref();
    },
    async stop() {
      clearInterval(timer);
      await underWay;
    },
  };
}
