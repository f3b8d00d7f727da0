import { compareDebianVersions, type Call, type Notice, type UpdateItem } from "@redflag/plugin-sdk";

import { readTool, type AptContext } from "../apt-context.js";
import { readInstalled, type InstalledPackages } from "../packages/installed.js";
import type { PackageIndex } from "../packages/package-index.js";
import { showRecords, type RecordLookup } from "../packages/show-records.js";
import { isSecurityOrigin, originOf } from "../parse/origin.js";
import { parseSimulation, type SimulatedInstall, type Simulation } from "../parse/parse-simulation.js";
import { restartOf } from "../restart/restart.js";
import type { Findings } from "./findings.js";
import { explainKeptBack } from "./kept-back.js";
import { findMissingSources } from "./missing-sources.js";
import { changeBeyondUpgrade } from "./needs-more.js";
import { findWithheld } from "./withheld.js";

const MAX_REASON_CHARS = 900;

/**
 * Asks apt what is pending: what `apt-get dist-upgrade` would install, and besides, marked as held, what only the owner
 * keeps back. What phasing or a conflict keeps back is a remark with its reason.
 */
export async function survey(context: AptContext, index: PackageIndex, call: Call): Promise<Findings> {
  const privateIndex = index.isPrivate;
  const slots = { privateIndex, ignoreHolds: false, ignorePins: false };
  // The resolution takes longest by far, so the rest is asked beside it.
  const [simulated, gap, installed] = await Promise.all([
    readTool(context, "simulate-dist-upgrade", slots, call),
    privateIndex ? null : findMissingSources(context, call),
    readInstalled(context, call),
  ]);
  const simulation = parseSimulation(simulated);
  const holds = [...installed.values()].filter(({ isHeld }) => isHeld).map(({ key }) => key);
  const pending = simulation.installs.filter(isNewVersion);
  const { withheld, warnings } = await findWithheld(context, pending, holds, privateIndex, call);
  const all = [...pending, ...withheld.map(({ install }) => install)];
  const records = await showRecords(context, all, privateIndex, call);
  const described = new Set([...all.map(({ key }) => key), ...holds]);
  const unexplained = simulation.keptBack.filter((key) => !described.has(key));
  return {
    items: [
      ...pending.map((install) => ({
        ...itemOf(context, install, records, notesOf(install)),
        ...keptBackBy(install, records, simulation),
      })),
      ...withheld.map(({ install, by }) => ({
        ...itemOf(context, install, records, {}),
        heldBy: by,
      })),
    ],
    warnings: [
      ...warnings,
      ...(await interruptedWarnings(context)),
      ...brokenWarnings(installed),
      ...rebuiltWarnings(simulation.installs),
      ...(await explainKeptBack(context, unexplained, { installed, privateIndex }, call)),
    ],
    gap,
  };
}

/** apt also replaces a package by another build of the same version; that is no update to approve. */
function isNewVersion({ installed, candidate }: SimulatedInstall): boolean {
  return installed !== candidate;
}

function itemOf(
  context: AptContext,
  install: SimulatedInstall,
  records: RecordLookup,
  details: Readonly<Record<string, string>>,
): UpdateItem {
  const record = records(install);
  return {
    key: install.key,
    name: install.name,
    arch: install.arch,
    installed: install.installed,
    candidate: install.candidate,
    ...originOf(install),
    kind: install.origins.some(isSecurityOrigin) ? "security" : "other",
    severity: "unknown",
    advisories: [],
    ...(record?.sizeBytes != null && { sizeBytes: record.sizeBytes }),
    restart: restartOf(record, context.host.container),
    ...(Object.keys(details).length > 0 && { details }),
  };
}

function notesOf({ installed, candidate }: SimulatedInstall): Record<string, string> {
  if (installed === null) return { change: "a new dependency of another update" };
  return compareDebianVersions(candidate, installed) < 0 ? { change: "a downgrade, asked for by a pin" } : {};
}

/** Why a plain upgrade leaves it out although `dist-upgrade` does not. */
function keptBackBy(
  install: SimulatedInstall,
  records: RecordLookup,
  simulation: Simulation,
): Pick<UpdateItem, "keptBackReason"> {
  const beyond = install.installed === null ? null : changeBeyondUpgrade(records(install), simulation);
  if (beyond === null) return {};
  const reason = `A plain upgrade leaves it out, because it ${beyond}`;
  return { keptBackReason: `${reason.slice(0, MAX_REASON_CHARS)}.` };
}

async function interruptedWarnings({ files }: AptContext): Promise<Notice[]> {
  const journal = (await files.list("/var/lib/dpkg/updates")) ?? [];
  if (!journal.some((name) => /^\d+$/.test(name))) return [];
  return [
    { code: "DPKG_INTERRUPTED", message: "dpkg was interrupted: run dpkg --configure -a on the machine." },
  ];
}

function brokenWarnings(installed: InstalledPackages): Notice[] {
  return [...installed.values()]
    .filter(({ isConfigured }) => !isConfigured)
    .map(({ key, problem }) => ({
      code: "NOT_CONFIGURED",
      key,
      message: `${key} is ${problem ?? "not configured"}: run dpkg --configure -a and read its messages.`,
    }));
}

function rebuiltWarnings(installs: readonly SimulatedInstall[]): Notice[] {
  return installs
    .filter((install) => !isNewVersion(install))
    .map(({ key, candidate }) => ({
      code: "SAME_VERSION",
      key,
      message: `The archive has another build of ${key} under the installed version ${candidate}.`,
    }));
}
