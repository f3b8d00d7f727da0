import { chmod, rm } from "node:fs/promises";
import type { ProcessFacts } from "../run/process-facts.js";
import { writeFileAtomically } from "../state/atomic-file.js";
import { checkTrustedFile } from "./check-trusted-file.js";
import { checkUnitsAreOurs, readInstalledUnits, unitFile } from "./installed-units.js";
import {
  renderUnits,
  SERVICE_UNIT,
  type ServiceSettings,
  TIMER_UNIT,
  type UnitFile,
} from "./render-units.js";
import type { Systemctl } from "./systemctl.js";

/** What installing came to. */
export type InstallOutcome = "installed" | "changed" | "unchanged";

/** How to install. */
export interface InstallServiceOptions {
  /** Also over units that were edited by hand. */
  readonly force: boolean;
  /** Files and folders besides the program by which the agent does what it does: its settings, what they name. */
  readonly obeyed: readonly string[];
  /** Called when the units may be written and before anything is. @throws whatever speaks against it */
  beforeWriting(): Promise<void>;
}

/**
 * Makes the machine run the agent, now and after each start. The same settings again change nothing; others are
 * written, and the agent is restarted with them.
 *
 * @throws ServiceError with nothing written when it cannot be
 */
export async function installService(
  facts: ProcessFacts,
  systemctl: Systemctl,
  settings: ServiceSettings,
  options: InstallServiceOptions,
): Promise<InstallOutcome> {
  for (const file of [settings.node, settings.program, ...options.obeyed]) await checkTrustedFile(file);
  const units = renderUnits(settings);
  await checkUnitsAreOurs(facts.fileRoot, systemctl, options.force);
  await options.beforeWriting();
  const before = await readInstalledUnits(facts.fileRoot);
  const isSame =
    before.length === units.length &&
    units.every(({ name, text }) => before.some((unit) => unit.name === name && unit.text === text));
  if (!isSame) {
    await takeAway(facts.fileRoot, systemctl, before, settings);
    await write(facts.fileRoot, units);
    await systemctl.run(["daemon-reload"]);
  }
  await start(systemctl, settings, isSame);
  if (isSame) return "unchanged";
  return before.length === 0 ? "installed" : "changed";
}

/** Ends what the other mode had, while systemd still knows it. */
async function takeAway(
  fileRoot: string,
  systemctl: Systemctl,
  before: readonly { readonly name: string }[],
  { mode, stopTimeoutSeconds }: ServiceSettings,
): Promise<void> {
  const hadTimer = before.some(({ name }) => name === TIMER_UNIT);
  const patienceMs = stopTimeoutSeconds * 1000;
  if (mode === "resident" && hadTimer) {
    await systemctl.run(["disable", "--now", TIMER_UNIT]);
    await systemctl.run(["stop", SERVICE_UNIT], patienceMs);
    await rm(unitFile(fileRoot, TIMER_UNIT), { force: true });
  }
  if (mode === "timer" && before.length > 0 && !hadTimer) {
    await systemctl.run(["disable", "--now", SERVICE_UNIT], patienceMs);
  }
}

async function write(fileRoot: string, units: readonly UnitFile[]): Promise<void> {
  for (const { name, text } of units) {
    const file = unitFile(fileRoot, name);
    await writeFileAtomically(file, text, 0o644);
    // A narrow umask would leave it unreadable to others, who may look at units.
    await chmod(file, 0o644);
  }
}

async function start(
  systemctl: Systemctl,
  { mode, stopTimeoutSeconds }: ServiceSettings,
  isSame: boolean,
): Promise<void> {
  const verb = isSame ? "start" : "restart";
  if (mode === "resident") {
    await systemctl.run(["enable", SERVICE_UNIT]);
    await systemctl.run([verb, SERVICE_UNIT], stopTimeoutSeconds * 1000);
    return;
  }
  await systemctl.run(["enable", TIMER_UNIT]);
  await systemctl.run([verb, TIMER_UNIT]);
  // The first wake-up is now, so that the machine is known to the server at once; its end is not waited for.
  if (!isSame) await systemctl.run(["start", "--no-block", SERVICE_UNIT]);
}
