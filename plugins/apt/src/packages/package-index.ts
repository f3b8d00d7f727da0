import { isPluginError, PluginError, type Call, type PluginErrorCode } from "@redflag/plugin-sdk";

import { runWhole, type AptContext } from "../apt-context.js";
import type { RuleName } from "../command-rules.js";
import { classifyFailure } from "../parse/classify-failure.js";

const LISTS = "/var/lib/apt/lists";
const LOCK_ATTEMPTS = 7;
const LOCK_PAUSE_MILLISECONDS = 5000;
const SYSTEM_STATE = "index.system";
const PRIVATE_STATE = "index.private";

/** Why an index does not show everything. */
export interface IndexGap {
  readonly code: PluginErrorCode;
  readonly message: string;
}

/** Which index a scan rests on, and what the last refresh of it left wrong. */
export interface PackageIndex {
  /** The agent's own index instead of the system's, because an ordinary user may not refresh the latter. */
  readonly isPrivate: boolean;
  /** Milliseconds since the epoch; null when unknown. */
  readonly refreshedAt: number | null;
  /** Null when the last refresh fetched everything, or there was none. */
  readonly gap: IndexGap | null;
}

/** What is remembered of the last refresh. */
interface RefreshMemory {
  readonly [key: string]: string | number | null;
  /** Of the last refresh that succeeded. */
  readonly succeededAt: number | null;
  readonly failureCode: PluginErrorCode | null;
  readonly failureMessage: string | null;
}

const NEVER: RefreshMemory = { succeededAt: null, failureCode: null, failureMessage: null };

/**
 * Refreshes the index when asked to and says which one to use. A refresh that fails is remembered, so that a later scan
 * without refresh does not take the half-fresh index for the whole truth.
 *
 * @throws PluginError only `CANCELLED` and `TIMEOUT`
 */
export async function openIndex(context: AptContext, refresh: boolean, call: Call): Promise<PackageIndex> {
  if (refresh) await refreshIndex(context, call);
  const [system, own] = await Promise.all([recall(context, SYSTEM_STATE), recall(context, PRIVATE_STATE)]);
  const lists = await context.files.stat(LISTS);
  const systemAt = latest(system.succeededAt, lists?.modifiedAt ?? null);
  if (!context.host.privileged && own.succeededAt !== null && own.succeededAt > (systemAt ?? 0)) {
    return { isPrivate: true, refreshedAt: own.succeededAt, gap: gapOf(own) };
  }
  return { isPrivate: false, refreshedAt: systemAt, gap: gapOf(context.host.privileged ? system : own) };
}

async function refreshIndex(context: AptContext, call: Call): Promise<void> {
  const { privileged } = context.host;
  const [rule, key] = privileged
    ? (["refresh-index", SYSTEM_STATE] as const)
    : (["refresh-private-index", PRIVATE_STATE] as const);
  const before = await recall(context, key);
  try {
    await fetchIndex(context, rule, call);
    await context.state.set(key, { ...NEVER, succeededAt: context.clock.now() });
  } catch (error) {
    if (!isPluginError(error) || error.code === "CANCELLED" || error.code === "TIMEOUT") throw error;
    // A repository that has vanished answers 404, which only means a stale plan where a plan is at stake.
    const failureCode = error.code === "PLAN_STALE" ? "OFFLINE" : error.code;
    await context.state.set(key, { ...before, failureCode, failureMessage: error.message });
  }
}

/** apt does not wait for the lock of its lists by itself. */
async function fetchIndex(context: AptContext, rule: RuleName, call: Call): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const result = await runWhole(context, rule, {}, call);
    if (result.exitCode === 0) return;
    const failure = classifyFailure(rule, result);
    if (failure.code !== "LOCKED" || attempt === LOCK_ATTEMPTS) throw failure;
    await context.clock.sleep(LOCK_PAUSE_MILLISECONDS, call.signal);
  }
}

function gapOf(memory: RefreshMemory): IndexGap | null {
  if (memory.failureCode === null) return null;
  return {
    code: memory.failureCode,
    message: `The last refresh of the index failed. ${memory.failureMessage ?? ""}`,
  };
}

async function recall(context: AptContext, key: string): Promise<RefreshMemory> {
  const value = await context.state.get(key);
  if (value === undefined) return NEVER;
  if (typeof value !== "object" || value === null || !("succeededAt" in value)) {
    throw new PluginError("INTERNAL", `The remembered state ${key} has an unknown shape.`);
  }
  return value as RefreshMemory;
}

function latest(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return Math.max(a, b);
}
