import { setTimeout as sleep } from "node:timers/promises";

/**
 * Asks again until the answer satisfies, and returns it.
 *
 * @throws Error naming `what` and the last answer after `limitMs`
 */
export async function eventually<T>(
  what: string,
  ask: () => Promise<T>,
  satisfies: (answer: T) => boolean,
  limitMs = 60_000,
): Promise<T> {
  const until = Date.now() + limitMs;
  for (;;) {
    const answer = await ask().catch((error: unknown) => error as Error);
    if (!(answer instanceof Error) && satisfies(answer)) return answer;
    if (Date.now() > until) {
      const last = answer instanceof Error ? answer.message : JSON.stringify(answer, null, 1);
      throw new Error(`${what} did not happen within ${limitMs / 1000} s. Last answer: ${last}`);
    }
    await sleep(100);
  }
}
