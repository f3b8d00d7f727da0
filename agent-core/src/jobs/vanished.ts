import { type Plan, planDigest } from "@redflag/plugin-sdk";
import type { LoadedSource } from "../plugins/loaded-source.js";
import type { RunOptions } from "../plugins/run-step.js";
import type { ScanReportInput } from "../protocol/operations.js";
import type { ReportedItem } from "../state/report-store.js";

type InstalledVersions = NonNullable<ScanReportInput["installed"]>;

const MAX_ITEMS = 10_000;
const PLAN_LIFE_MS = 60_000;

/** What became of packages that are no longer listed. */
export interface VanishedPackages {
  readonly installed: InstalledVersions;
  /** Packages that are there and do not work, for people; they are listed nowhere and are not up to date. */
  readonly broken: readonly string[];
}

/**
 * Asks the package database about the packages that an earlier report listed and the new one does not, so that the
 * server can tell what was installed elsewhere from what was withdrawn.
 *
 * @returns undefined when the source cannot tell.
 */
export async function askVanished(
  source: LoadedSource,
  before: readonly ReportedItem[],
  nowListed: ReadonlySet<string>,
  options: RunOptions,
): Promise<VanishedPackages | undefined> {
  const vanished = before.filter((item) => !nowListed.has(item.key)).slice(0, MAX_ITEMS);
  if (vanished.length === 0) return { installed: [], broken: [] };
  if (!source.canVerify) return undefined;
  const lines = await source.verify(questionPlan(source, vanished), options);
  return {
    installed: lines.map(({ key, installedVersion }) => ({ key, version: installedVersion })),
    broken: lines
      .filter(({ state }) => state === "broken")
      .map(({ key, message }) => message ?? `${key} is broken.`),
  };
}

/** A plan that nobody installs: it only names the packages that `verify` shall look at. */
function questionPlan(source: LoadedSource, items: readonly ReportedItem[]): Plan {
  const content = {
    items: items.map((item) => ({
      key: item.key,
      name: item.name,
      ...(item.architecture == null ? {} : { arch: item.architecture }),
      fromVersion: item.installedVersion ?? null,
      toVersion: item.candidateVersion,
    })),
    alsoInstalls: [],
    alsoRemoves: [],
  };
  return {
    ...content,
    id: "question",
    source: source.id,
    restarts: { services: null, system: null },
    blockers: [],
    digest: planDigest(content),
    expiresAt: new Date(source.setting.clock.now() + PLAN_LIFE_MS).toISOString(),
    token: "",
  };
}
