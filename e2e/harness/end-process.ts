import type { ChildProcess } from "node:child_process";
import { once } from "node:events";

/**
 * Ends a process and waits for its end. One that has ended already is left alone.
 *
 * @param limitMs how long it may take; then it is killed, so that a test never waits for it for ever
 * @throws Error when it had to be killed although it was asked nicely
 */
export async function endProcess(
  child: ChildProcess,
  signal: "SIGTERM" | "SIGKILL",
  limitMs: number,
): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill(signal);
  let isKilled = false;
  const giveUp = setTimeout(() => {
    isKilled = child.kill("SIGKILL");
  }, limitMs);
  await ended;
  clearTimeout(giveUp);
  if (isKilled && signal !== "SIGKILL") throw new Error(`It did not end within ${limitMs / 1000} s.`);
}
