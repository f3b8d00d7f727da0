import type { Call, Restarts } from "@redflag/plugin-sdk";

import type { AptContext } from "../apt-context.js";
import { parseNeedrestart, type NeededRestarts } from "../parse/parse-needrestart.js";
import { isRestartPending } from "./restart.js";

const MAX_SERVICES = 1000;
const MAX_REASONS = 100;

/**
 * What must restart after an installation. needrestart knows what still runs old code, where it is installed. The
 * marker says yes; its absence says nothing, because not every system has the hook that writes it. Whoever cannot be
 * asked says nothing either, and never hides what was installed.
 */
export async function restartAfter(
  context: AptContext,
  expected: Restarts & { readonly reasons: readonly string[] },
  call: Call,
): Promise<Restarts> {
  const needed = await askNeedrestart(context, call).catch(() => null);
  const isMarked = await isRestartPending(context).catch(() => false);
  const reasons = [
    ...expected.reasons,
    ...(isMarked ? ["A package asked for a restart of the machine."] : []),
    ...(needed?.kernel === true ? ["A newer kernel is installed than the one that runs."] : []),
    ...(needed?.services ?? []).map((service) => `${service} still runs old code.`),
  ];
  const isSystem = isMarked || needed?.kernel === true || expected.system === true;
  return {
    services: needed === null ? expected.services : needed.services.slice(0, MAX_SERVICES),
    system: isSystem ? true : (needed?.kernel ?? expected.system),
    ...(reasons.length > 0 && { reasons: reasons.slice(0, MAX_REASONS) }),
  };
}

/** It looks at the processes of this machine, so it says nothing about another root. */
async function askNeedrestart(context: AptContext, call: Call): Promise<NeededRestarts | null> {
  if (context.config.rootDir !== undefined || !(await context.run.available("list-restarts"))) return null;
  const { exitCode, stdout } = await context.run.exec("list-restarts", {}, call);
  return exitCode === 0 ? parseNeedrestart(stdout) : null;
}
