import { setTimeout as sleep } from "node:timers/promises";

import type { DebianRoot } from "../e2e/worlds/debian-root.ts";
import type { Running } from "../e2e/worlds/inside.ts";
import type { Memory } from "./process-memory.ts";
import { peakResidentMiB, processMemory } from "./process-memory.ts";
import { processTree, readQuietly } from "./process-tree.ts";

const LOOK_MS = 10;
const LOOKS = 1000;

/** A program inside a machine, and its process as it is seen from here. */
export interface Watched {
  readonly running: Running;
  readonly pid: number;
}

/** Starts a program inside and finds its process. */
export async function startWatched(
  machine: DebianRoot,
  argv: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Watched> {
  const running = machine.start(argv, { env });
  const wanted = argv.join("\0");
  for (let look = 0; look < LOOKS; look += 1) {
    const pid = processTree(process.pid).find(
      (member) => readQuietly(`/proc/${member}/cmdline`) === `${wanted}\0`,
    );
    if (pid !== undefined) return { running, pid };
    await sleep(1);
  }
  throw new Error(`${argv.join(" ")} did not start:\n${running.output()}`);
}

/** The most memory that a process has until `ended` settles; its descendants are not counted. */
export async function watchMemory(
  pid: number,
  ended: Promise<unknown>,
): Promise<Pick<Memory, "residentMiB" | "privateDirtyMiB">> {
  const over = new AbortController();
  const end = ended.finally(() => over.abort());
  let residentMiB = 0;
  let privateDirtyMiB = 0;
  while (!over.signal.aborted) {
    const now = processMemory(pid);
    // The kernel remembers the peak of the resident memory; that of the private must be caught.
    residentMiB = Math.max(residentMiB, peakResidentMiB(pid));
    privateDirtyMiB = Math.max(privateDirtyMiB, now.privateDirtyMiB);
    await Promise.race([end, sleep(LOOK_MS)]);
  }
  return { residentMiB, privateDirtyMiB };
}
