import { PluginError, type Call, type HoldMark } from "@redflag/plugin-sdk";

import { readTool, type AptContext } from "../apt-context.js";
import { readHolds } from "../packages/holds.js";
import { readInstalled, type InstalledPackages } from "../packages/installed.js";
import { classifyFailure } from "../parse/classify-failure.js";
import { parsePackageKey, type PackageName } from "../parse/package-key.js";
import { lockTimeout } from "../run/run-unlocked.js";

const BATCH = 1000;
const PAUSE_MILLISECONDS = 3000;
/** What is left of the call for the look at the result. */
const LOOK_MILLISECONDS = 30_000;

/**
 * Sets or takes away the marks of `apt-mark hold`, which every apt and dpkg frontend heeds, and tells by
 * `apt-mark showhold` what came of it.
 *
 * @throws PluginError `LOCKED` when another process had dpkg's lock until the deadline, `PERMISSION_DENIED` without root
 */
export async function hold(
  context: AptContext,
  keys: readonly string[],
  isHeld: boolean,
  call: Call,
): Promise<HoldMark[]> {
  if (!context.host.privileged) {
    throw new PluginError("PERMISSION_DENIED", "Holding packages needs root: run the agent as root.");
  }
  const installed = await readInstalled(context, call);
  const before = new Set(await readHolds(context, call));
  // apt takes a name that it does not know for a pattern, so it is only told names that are there.
  const changing = keys.filter((key) => before.has(key) !== isHeld && installed.has(key));
  const failure =
    changing.length === 0 ? null : await changeHolds(context, changing, isHeld, installed, call);
  const after = new Set(await readHolds(context, call));
  const wrong = changing.filter((key) => after.has(key) !== isHeld);
  if (failure !== null && wrong.length === changing.length) throw failure;
  return keys.map((key) => {
    const found = { key, isHeld: after.has(key) };
    if (found.isHeld === isHeld) return found;
    const reason = installed.has(key) ? (failure?.message ?? "apt-mark did not say why.") : notInstalled(key);
    return { ...found, message: reason };
  });
}

/** Runs apt-mark; null when all of it said that it worked, which proves nothing. */
async function changeHolds(
  context: AptContext,
  keys: readonly string[],
  isHeld: boolean,
  installed: InstalledPackages,
  call: Call,
): Promise<PluginError | null> {
  const nativeArch = (await readTool(context, "architecture", {}, call)).trim();
  const verb = isHeld ? "hold" : "unhold";
  const until = Math.min(
    context.clock.now() + lockTimeout(context) * 1000,
    call.deadline - LOOK_MILLISECONDS,
  );
  for (let start = 0; start < keys.length; start += BATCH) {
    const packages = keys.slice(start, start + BATCH).map((key) => ({ ...nameWithArch(key, nativeArch) }));
    const failure = await runUnlockedOnce(context, { verb, packages }, until, call);
    if (failure !== null) return failure;
  }
  return null;
}

/** apt-mark waits for no lock by itself. */
async function runUnlockedOnce(
  context: AptContext,
  slots: { readonly verb: string; readonly packages: readonly { name: string; arch?: string }[] },
  until: number,
  call: Call,
): Promise<PluginError | null> {
  for (;;) {
    const result = await context.run.exec("change-holds", slots, call);
    if (result.exitCode === 0) return null;
    const failure = classifyFailure("change-holds", result);
    if (failure.code !== "LOCKED" || context.clock.now() + PAUSE_MILLISECONDS > until) return failure;
    await context.clock.sleep(PAUSE_MILLISECONDS, call.signal);
  }
}

/** Without the architecture apt would take a foreign package of the same name when there is no native one. */
function nameWithArch(key: string, nativeArch: string): PackageName {
  return { arch: nativeArch, ...parsePackageKey(key) };
}

function notInstalled(key: string): string {
  return `${key} is not installed on this machine, so that there is nothing to hold or release.`;
}
