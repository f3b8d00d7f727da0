/** Sends a signal to a whole process group. False when the group is gone. */
export function signalGroup(pid: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(-pid, signal);
    return true;
  } catch {
    return false;
  }
}

/**
 * Asks a process group to end and, after `graceMs`, makes it.
 *
 * @param onGivenUp called when even that did not end it within another `graceMs`.
 * @returns call it when the process has ended.
 */
export function endGroup(pid: number, graceMs: number, onGivenUp: () => void): () => void {
  signalGroup(pid, "SIGTERM");
  let timer = setTimeout(() => {
    signalGroup(pid, "SIGKILL");
    timer = setTimeout(onGivenUp, graceMs);
  }, graceMs);
  return () => clearTimeout(timer);
}
