import { statSync } from "node:fs";

/**
 * Refuses a process that lives in this machine's own root: whatever follows writes to /etc and kills processes there.
 *
 * @param pid of the first process inside
 */
export function refuseOwnRoot(pid: number): void {
  const [inside, here] = [statSync(`/proc/${pid}/root/`), statSync("/")];
  if (inside.dev === here.dev && inside.ino === here.ino) {
    throw new Error("The root inside is this machine's own.");
  }
}
