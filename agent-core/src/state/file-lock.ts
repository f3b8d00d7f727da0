import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Clock } from "../clock/clock.js";
import { StateError } from "./state-error.js";

const RETRY_MS = 200;

/** A lock that is held until it is released or its process ends in whatever way. */
export interface HeldLock {
  release(): void;
}

/**
 * Takes a lock if nobody has it. It is SQLite's lock on an empty database, which the kernel takes back when the process
 * ends, even by kill -9, and which does not rest on process numbers.
 */
export function tryLock(file: string): HeldLock | undefined {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  // Loaded when needed: it costs memory, and a Node without it must live long enough to say that it is too old.
  const { DatabaseSync } = process.getBuiltinModule("node:sqlite");
  const database = new DatabaseSync(file);
  try {
    database.exec("PRAGMA journal_mode=MEMORY; PRAGMA locking_mode=EXCLUSIVE; BEGIN EXCLUSIVE");
  } catch (error) {
    database.close();
    if (Object(error).errcode === 5) return undefined;
    throw new StateError(`The lock ${file} cannot be used: ${String(Object(error).message)}.`, {
      cause: error,
    });
  }
  try {
    writeFileSync(`${file}.holder`, String(process.pid), { mode: 0o600 });
  } catch {
    // Only messages name the holder; on a full disk the lock holds all the same.
  }
  return { release: () => database.close() };
}

/**
 * Waits for a lock.
 *
 * @param onWait called once when somebody else has it.
 * @throws the signal's reason when it aborts.
 */
export async function waitForLock(
  file: string,
  clock: Clock,
  signal: AbortSignal,
  onWait: () => void = () => undefined,
): Promise<HeldLock> {
  for (let hasWaited = false; ; hasWaited = true) {
    signal.throwIfAborted();
    const lock = tryLock(file);
    if (lock) return lock;
    if (!hasWaited) onWait();
    await clock.sleep(RETRY_MS, signal);
  }
}

/** The process number that last took the lock, for messages; null when it is not known. */
export function lockHolder(file: string): string | null {
  try {
    return readFileSync(`${file}.holder`, "utf8") || null;
  } catch {
    return null;
  }
}
