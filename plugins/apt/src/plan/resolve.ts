import {
  PluginError,
  type Call,
  type PlanItem,
  type PlanRemoval,
  type PlanWish,
  type TupleValue,
} from "@redflag/plugin-sdk";
import { createHash } from "node:crypto";

import { runWhole, type AptContext } from "../apt-context.js";
import { showRecords, type RecordLookup } from "../packages/show-records.js";
import { classifyFailure } from "../parse/classify-failure.js";
import { originOf } from "../parse/origin.js";
import { parsePackageKey } from "../parse/package-key.js";
import { parseSimulation, type SimulatedInstall, type SimulatedRemoval } from "../parse/parse-simulation.js";

/** What installing exact versions means on this machine now. */
export interface Transaction {
  readonly items: readonly PlanItem[];
  readonly alsoInstalls: readonly PlanItem[];
  readonly alsoRemoves: readonly PlanRemoval[];
  /** The arguments that resolved to this. */
  readonly pins: readonly TupleValue[];
  /** SHA-256 over the checksums of all that would be installed; null when the index does not know them all. */
  readonly contents: string | null;
  readonly records: RecordLookup;
}

/**
 * Asks apt what installing these versions would do, without doing it. Only packages that are installed already are
 * named to apt; a wish for a new dependency is met when it comes along.
 *
 * @throws PluginError `PLAN_STALE` when a version is no longer offered or nothing would change for a wish,
 *   `UNSUPPORTED` for a name or version that apt might take for something else, else what apt says
 */
export async function resolveTransaction(
  context: AptContext,
  wishes: readonly (PlanWish & { readonly isNew: boolean })[],
  privateIndex: boolean,
  call: Call,
): Promise<Transaction> {
  const pins = wishes
    .filter(({ isNew }) => !isNew)
    .map(({ key, candidate }) => ({ ...parsePackageKey(key), version: candidate }));
  if (pins.length === 0) throw new PluginError("UNSUPPORTED", onlyNew(wishes));
  const result = await runWhole(context, "simulate-install", { privateIndex, packages: pins }, call);
  if (result.exitCode !== 0) throw classifyFailure("simulate-install", result);
  const { installs, removals } = parseSimulation(result.stdout);
  const records = await showRecords(context, installs, privateIndex, call);
  const wanted = new Map(wishes.map(({ key, candidate }) => [key, candidate]));
  const unmet = wishes.filter(
    ({ key, candidate }) => !installs.some((one) => one.key === key && one.candidate === candidate),
  );
  if (unmet.length > 0) throw staleWishes(unmet);
  const toItem = (install: SimulatedInstall): PlanItem => planItem(install, records);
  return {
    items: installs.filter(({ key }) => wanted.has(key)).map(toItem),
    alsoInstalls: installs.filter(({ key }) => !wanted.has(key)).map(toItem),
    alsoRemoves: removals.map(planRemoval),
    pins,
    contents: contentsOf(installs, records),
    records,
  };
}

/** One package of a simulation that is installed, in the words of a plan. */
export function planItem(install: SimulatedInstall, records: RecordLookup): PlanItem {
  const size = records(install)?.sizeBytes ?? null;
  return {
    key: install.key,
    name: install.name,
    arch: install.arch,
    fromVersion: install.installed,
    toVersion: install.candidate,
    ...originOf(install),
    ...(size !== null && { sizeBytes: size }),
  };
}

/** One package of a simulation that goes away, in the words of a plan. */
export function planRemoval({ key, name, installed }: SimulatedRemoval): PlanRemoval {
  const { arch } = parsePackageKey(key);
  return { key, name, ...(arch !== undefined && { arch }), fromVersion: installed };
}

function contentsOf(installs: readonly SimulatedInstall[], records: RecordLookup): string | null {
  const sums = installs.map((install) => records(install)?.sha256 ?? null);
  if (sums.includes(null)) return null;
  return createHash("sha256").update(sums.toSorted().join("\n")).digest("hex");
}

function onlyNew(wishes: readonly PlanWish[]): string {
  const names = wishes.map(({ key }) => key).join(", ");
  return `Only new dependencies were chosen (${names}): choose the updates that need them.`;
}

function staleWishes(unmet: readonly PlanWish[]): PluginError {
  const names = unmet.map(({ key, candidate }) => `${key} ${candidate}`);
  const message = `No longer to be installed on this machine: ${names.join(", ")}. Scan again.`;
  return new PluginError("PLAN_STALE", message, {
    details: { difference: names.map((name) => `gone: ${name}`) },
  });
}
