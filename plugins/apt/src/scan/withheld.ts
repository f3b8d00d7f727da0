import type { Call, MachineHold, Notice } from "@redflag/plugin-sdk";

import { runWhole, type AptContext } from "../apt-context.js";
import { tellingLines } from "../parse/classify-failure.js";
import { parseSimulation, type SimulatedInstall } from "../parse/parse-simulation.js";

/** An update that the machine's owner keeps back, and by what. */
export interface Withheld {
  readonly install: SimulatedInstall;
  readonly by: readonly MachineHold[];
}

/** What to leave out of account. */
interface Ignored {
  readonly ignoreHolds: boolean;
  readonly ignorePins: boolean;
}

/**
 * Finds what would be upgraded if the owner held nothing back, by `apt-mark hold` or by pins. A resolution without them
 * only adds to what is known, so that its failure is a remark and fails no scan.
 */
export async function findWithheld(
  context: AptContext,
  pending: readonly SimulatedInstall[],
  holds: readonly string[],
  privateIndex: boolean,
  call: Call,
): Promise<{ readonly withheld: readonly Withheld[]; readonly warnings: readonly Notice[] }> {
  const warnings: Notice[] = [];
  const resolve = async (ignored: Ignored): Promise<readonly SimulatedInstall[]> => {
    const result = await runWhole(context, "simulate-dist-upgrade", { privateIndex, ...ignored }, call);
    if (result.exitCode === 0) return parseSimulation(result.stdout).installs;
    const message = `What is held back cannot be listed: ${tellingLines(result)}`;
    warnings.push({ code: "HOLDS_UNKNOWN", message });
    return [];
  };
  const known = new Set(pending.map(({ key }) => key));
  const held = holds.length === 0 ? [] : await resolve({ ignoreHolds: true, ignorePins: false });
  const pinned = (await hasPins(context)) ? await resolve({ ignoreHolds: true, ignorePins: true }) : [];
  const withheld = new Map<string, Withheld>();
  const add = (install: SimulatedInstall, by: readonly MachineHold[]): void => {
    const isUpgrade = install.installed !== null && install.installed !== install.candidate;
    if (isUpgrade && !known.has(install.key) && !withheld.has(install.key)) {
      withheld.set(install.key, { install, by });
    }
  };
  for (const install of held) if (holds.includes(install.key)) add(install, ["mark"]);
  for (const install of pinned) add(install, holds.includes(install.key) ? ["mark", "pin"] : ["pin"]);
  return { withheld: [...withheld.values()], warnings };
}

async function hasPins({ files }: AptContext): Promise<boolean> {
  if (await files.exists("/etc/apt/preferences")) return true;
  return ((await files.list("/etc/apt/preferences.d")) ?? []).length > 0;
}
