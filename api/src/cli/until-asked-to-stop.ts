import { StartupError } from "../database/startup-error.js";

/** Waits for whoever may end the program. */
export interface StopRequest {
  /** Resolves when asked; rejects when `fail` was called. */
  readonly asked: Promise<void>;
  /** Aborted at the same moment, for work that has not begun to wait for `asked`. */
  readonly signal: AbortSignal;
  /** Ends the waiting because the database is gone. */
  fail(reason: string): void;
  /** Stops listening. */
  dispose(): void;
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Hears signals, and under a supervisor the end of its channel: when the supervisor is killed, so that nobody
 * would send a signal, the server still ends in order.
 */
export function untilAskedToStop(): StopRequest {
  const controller = new AbortController();
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  // It may be asked for before anybody waits.
  promise.catch(() => {});
  const stop = (): void => {
    controller.abort();
    resolve();
  };
  for (const signal of SIGNALS) process.on(signal, stop);
  if (process.send) process.on("disconnect", stop);
  return {
    asked: promise,
    signal: controller.signal,
    fail(reason) {
      controller.abort();
      reject(new StartupError("DATABASE_FAILED", reason));
    },
    dispose() {
      for (const signal of SIGNALS) process.off(signal, stop);
      process.off("disconnect", stop);
      if (process.connected) process.disconnect?.();
    },
  };
}
