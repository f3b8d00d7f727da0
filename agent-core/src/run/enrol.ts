import type { DependencyContainer } from "tsyringe";
import { ConfigError } from "../config/config-error.js";
import { CLOCK, CONFIG, LOG, RANDOM, SESSION } from "../tokens.js";
import { Backoff } from "../transport/backoff.js";
import { NotRegisteredError } from "../transport/session.js";
import { isRetryable } from "../transport/transport-error.js";
import { currentFacts } from "./compose-remote.js";

/**
 * Enrols the machine if it is not; waits for the server until `stop` aborts.
 *
 * @throws ConfigError when the server refuses, or nobody gave a token.
 */
export async function enrol(container: DependencyContainer, stop: AbortSignal): Promise<void> {
  const session = container.resolve(SESSION);
  const { registrationToken } = container.resolve(CONFIG);
  const backoff = new Backoff(container.resolve(CLOCK), container.resolve(RANDOM), 1_000, 60_000);
  while (!stop.aborted && !(await session.isRegistered())) {
    if (registrationToken === undefined) {
      throw new ConfigError(
        "This machine is not enrolled. Make a registration token in the page, then set REDFLAG_REGISTRATION_TOKEN or run redflag-agent register --token <token>.",
      );
    }
    try {
      await session.register(registrationToken, await currentFacts(container), stop);
    } catch (error) {
      if (stop.aborted) return;
      if (error instanceof NotRegisteredError) throw new ConfigError(error.message, { cause: error });
      if (!isRetryable(error)) throw error;
      container
        .resolve(LOG)
        .warn("the machine could not be enrolled yet", { reason: (error as Error).message });
      await backoff.pause(stop).catch(() => undefined);
    }
  }
}

/** Enrols a machine that the server does not know any more. @returns false when that cannot be; never throws */
export async function enrolAgain(container: DependencyContainer, signal: AbortSignal): Promise<boolean> {
  const { registrationToken } = container.resolve(CONFIG);
  if (registrationToken === undefined) return false;
  try {
    await container.resolve(SESSION).register(registrationToken, await currentFacts(container), signal);
    return true;
  } catch (error) {
    container
      .resolve(LOG)
      .warn("the machine could not be enrolled again", { reason: (error as Error).message });
    return false;
  }
}
