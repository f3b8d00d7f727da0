import { isPluginError, type Plan } from "@redflag/plugin-sdk";
import type { DependencyContainer } from "tsyringe";
import { SOURCE_GATE } from "../jobs/source-gate.js";
import { type Choice, chooseUpdates, type ChosenUpdates } from "../local/choose-updates.js";
import { PLUGIN_HOST } from "../plugins/plugin-host.js";
import { type LastScanSource, readLastScan } from "../state/last-scan.js";
import { STATE_FOLDER } from "../tokens.js";
import { visibleText } from "../text/visible-text.js";
import type { CliContext } from "./cli-context.js";
import { EXIT, type ExitCode } from "./exit-codes.js";
import { formatAge } from "./table.js";
import { sayWaiting } from "./wait-words.js";

/** How the command line chooses updates. */
export interface ChoiceOptions {
  readonly all?: boolean;
  readonly security?: boolean;
  readonly source?: string;
}

/** A plan, and its source's name for people. */
export interface MadePlan {
  readonly plan: Plan;
  readonly displayName: string;
}

/** Plans, or the exit code when there are none to be had; what stood in the way was said then. */
export type MadePlans = readonly MadePlan[] | ExitCode;

/** Resolves one plan for each source that has something of the choice. */
export async function makePlans(
  context: CliContext,
  container: DependencyContainer,
  names: readonly string[],
  options: ChoiceOptions,
): Promise<MadePlans> {
  const { output } = context;
  const choice = { names, all: options.all === true, security: options.security === true };
  const isClear = names.length > 0 ? !choice.all && !choice.security : choice.all !== choice.security;
  if (!isClear) {
    output.err("Say what, in one of these ways: names of packages, or --all, or --security.");
    return EXIT.usage;
  }
  const sources = await knownSources(context, container, options.source);
  if (!Array.isArray(sources)) return sources;
  const chosen = choose(context, sources, choice);
  if (!Array.isArray(chosen)) return chosen;
  const made: MadePlan[] = [];
  for (const updates of chosen) {
    const plan = await planOne(context, container, updates);
    if (!plan) return EXIT.failed;
    made.push(plan);
  }
  return made;
}

/** The sources of the last scan that are loaded. */
async function knownSources(
  { output, facts }: CliContext,
  container: DependencyContainer,
  wanted: string | undefined,
): Promise<LastScanSource[] | ExitCode> {
  const host = container.resolve(PLUGIN_HOST);
  for (const { reason } of host.refused) output.err(reason);
  if (wanted !== undefined && !host.find(wanted)) {
    const known = host.sources.map(({ id }) => id).join(", ") || "none";
    output.err(`There is no source ${visibleText(wanted, 64)} here; sources: ${known}.`);
    return EXIT.usage;
  }
  const scan = await readLastScan(container.resolve(STATE_FOLDER).lastScan);
  if (!scan) {
    output.err("There was no scan yet, so nothing is known about this machine. Run redflag-agent scan.");
    return EXIT.failed;
  }
  const sources = scan.sources.filter(
    ({ source }) => host.find(source) && (wanted === undefined || source === wanted),
  );
  for (const { displayName, status, finishedAt, failure } of sources) {
    if (status !== "FAILED" && status !== "PARTIAL") continue;
    const age = formatAge(facts.clock.now() - Date.parse(finishedAt));
    const reason = failure ? ` ${failure.code}: ${visibleText(failure.message, 500)}` : "";
    output.err(`The last scan of ${displayName}, ${age} ago, did not see everything.${reason}`);
  }
  return sources;
}

function choose(
  { output }: CliContext,
  sources: readonly LastScanSource[],
  choice: Choice,
): ChosenUpdates[] | ExitCode {
  const { updates, unknown, held } = chooseUpdates(sources, choice);
  const list = (names: readonly string[]): string => names.map((name) => visibleText(name, 120)).join(", ");
  if (unknown.length > 0) {
    output.err(`The last scan lists no update of ${list(unknown)}. See redflag-agent list, or scan again.`);
  }
  if (held.length > 0) {
    output.err(
      `Held on this machine: ${list(held)}. Release it at the machine or from the page, scan, and plan again.`,
    );
  }
  if (unknown.length > 0 || held.length > 0) return EXIT.failed;
  if (updates.length > 0) return [...updates];
  const isKnown = sources.length > 0 && sources.every(({ status }) => status === "COMPLETE");
  output.err(isKnown ? "There is nothing to install." : "Nothing is known that could be installed.");
  return isKnown ? EXIT.ok : EXIT.failed;
}

async function planOne(
  { output, stop }: CliContext,
  container: DependencyContainer,
  { source: id, wishes }: ChosenUpdates,
): Promise<MadePlan | undefined> {
  const source = container.resolve(PLUGIN_HOST).find(id);
  if (!source) return undefined;
  const { displayName } = source.manifest;
  const onWait = sayWaiting(container, output, `source-${id}`, displayName);
  try {
    const ask = (): Promise<Plan> => source.plan({ items: wishes }, { signal: stop });
    const plan = await container.resolve(SOURCE_GATE).enter(id, stop, ask, onWait);
    return { plan, displayName };
  } catch (error) {
    if (!isPluginError(error)) throw error;
    output.err(`${displayName} made no plan. ${error.code}: ${visibleText(error.message, 2_000)}`);
    return undefined;
  }
}
