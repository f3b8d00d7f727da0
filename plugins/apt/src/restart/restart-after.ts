import type { Call, PendingRestart, Restarts } from "@redflag/plugin-sdk";

import type { AptContext } from "../apt-context.js";
import { parseNeedrestart, type NeededRestarts } from "../parse/parse-needrestart.js";
import { findPendingRestarts } from "./pending-restarts.js";
import { readMarker } from "./restart.js";

const MAX_NAMES = 1000;
const MAX_REASONS = 100;
const MAX_REASON_CHARS = 1000;

/** What was expected of a transaction before it began. */
type Expected = Restarts & { readonly reasons: readonly string[] };

/**
 * What must restart after an installation. The look is the one of the scans, so that a result never says otherwise than
 * the scan that proves it; only where it does not see everything are others asked. Whoever cannot be asked says nothing,
 * and never hides what was installed.
 */
export async function restartAfter(context: AptContext, expected: Expected, call: Call): Promise<Restarts> {
  const look = await findPendingRestarts(context, call).catch(() => null);
  if (look === null || look.pending === null) return askOthers(context, expected, look?.system ?? null, call);
  const { pending } = look;
  // The kernel that runs says nothing about another root, so there what was expected stands.
  const unseen = context.config.rootDir === undefined ? { system: false, reasons: [] } : expected;
  return {
    services: namesOf(pending, "service"),
    sessions: namesOf(pending, "session"),
    system: look.system === true ? true : unseen.system,
    ...told([...unseen.reasons, ...pending.map(reasonOf)]),
  };
}

/**
 * needrestart knows what still runs old code, where it is installed. The marker says yes; its absence says nothing,
 * because not every system has the hook that writes it.
 */
async function askOthers(
  context: AptContext,
  expected: Expected,
  seen: boolean | null,
  call: Call,
): Promise<Restarts> {
  const needed = await askNeedrestart(context, call).catch(() => null);
  const marker = await readMarker(context).catch(() => null);
  const isSystem = [seen, marker !== null, needed?.kernel, expected.system].includes(true);
  return {
    services: needed === null ? expected.services : needed.services.slice(0, MAX_NAMES),
    system: isSystem ? true : (needed?.kernel ?? expected.system),
    ...told([
      ...expected.reasons,
      ...(marker === null ? [] : [marker.reason]),
      ...(needed?.kernel === true ? ["A newer kernel is installed than the one that runs."] : []),
      ...(needed?.services ?? []).map((service) => `${service} still runs old code.`),
    ]),
  };
}

function namesOf(pending: readonly PendingRestart[], wanted: PendingRestart["kind"]): string[] {
  return pending
    .filter(({ kind }) => kind === wanted)
    .map(({ name }) => name)
    .slice(0, MAX_NAMES);
}

function reasonOf({ kind, name, reason }: PendingRestart): string {
  return kind === "system" ? reason : `${name}: ${reason}`;
}

function told(reasons: readonly string[]): Pick<Restarts, "reasons"> {
  const cut = reasons.slice(0, MAX_REASONS).map((reason) => reason.slice(0, MAX_REASON_CHARS));
  return cut.length === 0 ? {} : { reasons: cut };
}

/** It looks at the processes of this machine, so it says nothing about another root. */
async function askNeedrestart(context: AptContext, call: Call): Promise<NeededRestarts | null> {
  if (context.config.rootDir !== undefined || !(await context.run.available("list-restarts"))) return null;
  const { exitCode, stdout } = await context.run.exec("list-restarts", {}, call);
  return exitCode === 0 ? parseNeedrestart(stdout) : null;
}
