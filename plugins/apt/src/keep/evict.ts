import type { Call } from "@redflag/plugin-sdk";

import type { AptContext } from "../apt-context.js";
import { dropKept, listForgotten, readKept } from "./kept-store.js";

const DAY_MILLISECONDS = 24 * 3600 * 1000;
const MEBIBYTE = 1024 * 1024;
const DEFAULT_MEBIBYTES = 1024;
const DEFAULT_DAYS = 30;

/** How many bytes may be kept for rollbacks in all; 0 keeps nothing. */
export function keptLimit({ config }: Pick<AptContext, "config">): number {
  return (config.keptMebibytes ?? DEFAULT_MEBIBYTES) * MEBIBYTE;
}

/** What must fit, and what must stay. */
export interface RoomRequest {
  readonly bytes: number;
  /** Folders that the running installation needs. */
  readonly spared: ReadonlySet<string>;
}

/** Removes what nobody remembers or was kept too long ago, and then the oldest, until the bound is held. */
export async function makeRoom(
  context: AptContext,
  { bytes, spared }: RoomRequest,
  call: Call,
): Promise<void> {
  const oldest = context.clock.now() - (context.config.keptDays ?? DEFAULT_DAYS) * DAY_MILLISECONDS;
  const kept = [...(await readKept(context))].toSorted(([, a], [, b]) => a.keptAt - b.keptAt);
  let total = kept.reduce((sum, [, folder]) => sum + folder.bytes, bytes);
  const dropped = (await listForgotten(context, call)).filter((name) => !spared.has(name));
  for (const [name, folder] of kept) {
    if (spared.has(name) || (folder.keptAt >= oldest && total <= keptLimit(context))) continue;
    dropped.push(name);
    total -= folder.bytes;
  }
  await dropKept(context, dropped, call);
}
