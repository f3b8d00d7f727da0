import { stat } from "node:fs/promises";
import path from "node:path";
import type { Identity } from "./run-as.js";

/**
 * The first folder on the way to `target` (itself included) that `identity` may not enter by its mode bits,
 * or nothing when the whole way is open. Parts that do not exist yet are left out. Paths must be absolute.
 */
export async function firstClosedFolder(target: string, identity: Identity): Promise<string | undefined> {
  const parts = target.split(path.sep).filter(Boolean);
  let current: string = path.sep;
  for (const part of ["", ...parts]) {
    current = path.join(current, part);
    const stats = await stat(current).catch(() => undefined);
    if (!stats) return undefined;
    if (!stats.isDirectory()) continue;
    const shift = stats.uid === identity.uid ? 6 : stats.gid === identity.gid ? 3 : 0;
    if (((stats.mode >> shift) & 1) === 0) return current;
  }
  return undefined;
}
