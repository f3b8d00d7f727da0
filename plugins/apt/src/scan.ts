import {
  compareDebianVersions,
  type Call,
  type Notice,
  type ScanReport,
  type ScanRequest,
  type UpdateItem,
} from "@redflag/plugin-sdk";

import { readTool, type AptContext } from "./apt-context.js";
import { readHolds } from "./holds.js";
import { readInstalled, type InstalledPackages } from "./installed.js";
import { capNotices } from "./notices.js";
import { isSecurityOrigin, originOf } from "./origin.js";
import { openIndex, type PackageIndex } from "./package-index.js";
import { parseSimulation, type SimulatedInstall, type Simulation } from "./parse-simulation.js";
import { isRestartPending, restartOf } from "./restart.js";
import { showRecords, type RecordLookup } from "./show-records.js";

const OLD_INDEX_SECONDS = 7 * 24 * 3600;

/**
 * Lists what `apt-get dist-upgrade` would install, which leaves out what phasing or a conflict keeps back, and besides
 * what only a hold keeps back.
 */
export async function scan(context: AptContext, request: ScanRequest, call: Call): Promise<ScanReport> {
  const index = await openIndex(context, request.refresh, call);
  const privateIndex = index.isPrivate;
  const simulate = async (ignoreHolds: boolean): Promise<Simulation> =>
    parseSimulation(await readTool(context, "simulate-dist-upgrade", { privateIndex, ignoreHolds }, call));
  const [{ installs }, holds, installed] = await Promise.all([
    simulate(false),
    readHolds(context, call),
    readInstalled(context, call),
  ]);
  const pending = installs.filter(isNewVersion);
  const isHeldBack = (install: SimulatedInstall): boolean =>
    holds.includes(install.key) && isNewVersion(install) && !pending.some(({ key }) => key === install.key);
  const held = holds.length === 0 ? [] : (await simulate(true)).installs.filter(isHeldBack);
  const records = await showRecords(context, [...pending, ...held], privateIndex, call);
  const toItem = (install: SimulatedInstall): UpdateItem => itemOf(context, install, records);
  const age = indexAge(context, index);
  return {
    items: [...pending.map(toItem), ...held.map((install) => ({ ...toItem(install), held: true }))],
    complete: index.gap === null,
    ...(index.gap && { incomplete: index.gap }),
    ...(age !== null && { indexAgeSeconds: age }),
    ...((await isRestartPending(context)) && { restartPending: true }),
    warnings: capNotices([
      ...ageWarnings(context, age, index),
      ...rebuiltWarnings(installs),
      ...brokenWarnings(installed),
    ]),
  };
}

/** apt also replaces a package by another build of the same version; that is no update to approve. */
function isNewVersion({ installed, candidate }: SimulatedInstall): boolean {
  return installed !== candidate;
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

function itemOf(context: AptContext, install: SimulatedInstall, records: RecordLookup): UpdateItem {
  const record = records(install);
  const notes = notesOf(install);
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
    ...(notes && { details: notes }),
  };
}

function notesOf({ installed, candidate }: SimulatedInstall): Record<string, string> | undefined {
  if (installed === null) return { change: "a new dependency of another update" };
  if (compareDebianVersions(candidate, installed) < 0) return { change: "a downgrade, asked for by a pin" };
  return undefined;
}

function indexAge(context: AptContext, index: PackageIndex): number | null {
  if (index.refreshedAt === null) return null;
  return Math.max(0, Math.round((context.clock.now() - index.refreshedAt) / 1000));
}

function ageWarnings(context: AptContext, age: number | null, index: PackageIndex): Notice[] {
  if (age === null || age <= OLD_INDEX_SECONDS) return [];
  const days = Math.floor(age / 86_400);
  const whose = index.isPrivate ? "agent's own" : "system's";
  const advice = context.host.privileged
    ? "scan with refresh"
    : "scan with refresh, or run apt-get update as root";
  return [{ code: "INDEX_OLD", message: `The ${whose} package index is ${days} days old: ${advice}.` }];
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
