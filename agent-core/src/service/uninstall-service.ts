import { rm } from "node:fs/promises";
import type { ProcessFacts } from "../run/process-facts.js";
import { checkUnitsAreOurs, readInstalledUnits } from "./installed-units.js";
import { SERVICE_UNIT, TIMER_UNIT } from "./render-units.js";
import type { Systemctl } from "./systemctl.js";

/** How to uninstall. */
export interface UninstallServiceOptions {
  /** Also units that were edited by hand. */
  readonly force: boolean;
  /** How long the agent may take to stop, in seconds. */
  readonly stopTimeoutSeconds: number;
}

/**
 * Stops the agent and removes its units. A package manager that is at work goes on to its end.
 *
 * @returns false when there was nothing to remove
 * @throws ServiceError with nothing removed when the units are not ours
 */
export async function uninstallService(
  facts: ProcessFacts,
  systemctl: Systemctl,
  { force, stopTimeoutSeconds }: UninstallServiceOptions,
): Promise<boolean> {
  await checkUnitsAreOurs(facts.fileRoot, systemctl, force);
  const units = await readInstalledUnits(facts.fileRoot);
  if (units.length === 0) return false;
  if (units.some(({ name }) => name === TIMER_UNIT)) {
    await systemctl.run(["disable", "--now", TIMER_UNIT]);
    // Removes the stamp by which systemd knows when it ran last.
    await systemctl.run(["clean", "--what=state", TIMER_UNIT]);
  }
  await systemctl.run(["disable", "--now", SERVICE_UNIT], stopTimeoutSeconds * 1000);
  for (const { file } of units) await rm(file, { force: true });
  await systemctl.run(["daemon-reload"]);
  for (const { name } of units) {
    const { LoadState } = await systemctl.show(name, ["LoadState"]);
    // systemd keeps a unit that failed until it is told to forget it.
    if (LoadState !== "not-found") await systemctl.run(["reset-failed", name]);
  }
  return true;
}
