import type { JsonValue, PendingRestart } from "@redflag/plugin-sdk";

import { keepIfRoom, type AptContext } from "../apt-context.js";
import type { FileOwners } from "./file-owners.js";

/** What the last look at the processes came to, so that a machine that did not change is not looked at again. */
export interface RestartMemory {
  /** Names what the rest stands on. */
  readonly mark: string;
  /** Nothing was pending, or nobody can say: until the mark changes, another look would find no more. */
  readonly isFinal: boolean;
  readonly isComplete: boolean;
  readonly kernel: PendingRestart | null;
  readonly owners: FileOwners;
}

const KEY = "restarts";
/** To be raised when the same machine gives other restarts than before. */
const VERSION = 1;
const MAX_OWNERS = 1000;

/**
 * Names what can make a process outdated or a kernel new: packages, which dpkg writes down each time, and a restart of the
 * machine. Null when dpkg's database cannot be looked at.
 */
export async function restartMark({ files, host, config }: AptContext): Promise<string | null> {
  const status = await files.stat("/var/lib/dpkg/status");
  if (status === null) return null;
  const { sizeBytes, modifiedAt } = status;
  return JSON.stringify([
    VERSION,
    sizeBytes,
    modifiedAt,
    host.kernel,
    host.privileged,
    config.rootDir ?? null,
  ]);
}

/** What is remembered of exactly this mark; null otherwise. */
export async function recallRestarts(context: AptContext, mark: string): Promise<RestartMemory | null> {
  const kept = await context.state.get(KEY);
  if (typeof kept !== "object" || kept === null || !("mark" in kept) || kept.mark !== mark) return null;
  const { owners, ...memory } = kept as unknown as Omit<RestartMemory, "owners"> & {
    owners: [string, string[]][];
  };
  return { ...memory, owners: new Map(owners) };
}

/** Remembers a look. */
export async function keepRestarts(context: AptContext, memory: RestartMemory): Promise<void> {
  const owners = [...memory.owners].slice(0, MAX_OWNERS).map(([file, keys]) => [file, [...keys]]);
  const value = { ...memory, owners } as unknown as JsonValue;
  await keepIfRoom(context, KEY, value);
}
