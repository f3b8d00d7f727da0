import path from "node:path";
import { readFileIfThere } from "../state/atomic-file.js";
import { SERVICE_UNIT, TIMER_UNIT } from "./render-units.js";
import { ServiceError } from "./service-error.js";
import type { Systemctl } from "./systemctl.js";
import { ownerOfUnit, type UnitOwner } from "./unit-seal.js";

const UNIT_FOLDER = "/etc/systemd/system";

/** Both names that the agent's units have. */
export const UNIT_NAMES = [SERVICE_UNIT, TIMER_UNIT] as const;

/** One of the agent's unit files as it lies on the machine. */
export interface InstalledUnit {
  readonly name: string;
  readonly file: string;
  readonly text: string;
  readonly owner: UnitOwner;
}

/** Where a unit file belongs. */
export const unitFile = (fileRoot: string, name: string): string => path.join(fileRoot, UNIT_FOLDER, name);

/** The agent's unit files that are there. */
export async function readInstalledUnits(fileRoot: string): Promise<readonly InstalledUnit[]> {
  const units: InstalledUnit[] = [];
  for (const name of UNIT_NAMES) {
    const file = unitFile(fileRoot, name);
    const text = await readFileIfThere(file);
    if (text !== undefined) units.push({ name, file, text, owner: ownerOfUnit(text) });
  }
  return units;
}

/**
 * Checks that the names are free or ours, so that nothing of anybody else's is overwritten or removed.
 *
 * @param force whether units that were edited by hand count as ours
 * @throws ServiceError
 */
export async function checkUnitsAreOurs(
  fileRoot: string,
  systemctl: Systemctl,
  force: boolean,
): Promise<void> {
  for (const name of UNIT_NAMES) {
    const { LoadState, FragmentPath = "" } = await systemctl.show(name, ["LoadState", "FragmentPath"]);
    if (LoadState === "masked") {
      throw new ServiceError(`${name} is masked. Run this first: systemctl unmask ${name}`);
    }
    if (FragmentPath !== "" && path.join(fileRoot, FragmentPath) !== unitFile(fileRoot, name)) {
      throw new ServiceError(
        `There is another ${name}, in ${FragmentPath}, that was not made by redflag-agent. Remove what brought it, and run this again.`,
      );
    }
  }
  for (const { file, owner } of await readInstalledUnits(fileRoot)) {
    if (owner === "foreign") {
      throw new ServiceError(`${file} was not made by redflag-agent. Move it away, and run this again.`);
    }
    if (owner === "edited" && !force) {
      throw new ServiceError(
        `${file} was edited by hand. Keep your changes with \`systemctl edit ${path.basename(file)}\`, which stays, then run this again with --force.`,
      );
    }
  }
}
