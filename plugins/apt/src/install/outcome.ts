import type { PlanContent, Receipt, ReceiptItem } from "@redflag/plugin-sdk";

import type { InstalledPackages } from "../packages/installed.js";
import type { InstalledPackage } from "../parse/parse-installed.js";

const MAX_FILES_SHOWN = 10;

/** dpkg's database before and after, and what apt said about single packages in between. */
export interface Evidence {
  readonly before: InstalledPackages;
  readonly after: InstalledPackages;
  /** Package name to apt's own words. */
  readonly errors: ReadonlyMap<string, string>;
  /** Package name to its changed configuration files that were kept. */
  readonly keptFiles: ReadonlyMap<string, readonly string[]>;
}

/** True when no package of the machine was touched, in the plan or not. */
export function isUntouched({ before, after }: Pick<Evidence, "before" | "after">): boolean {
  const keys = new Set([...before.keys(), ...after.keys()]);
  return [...keys].every((key) => isSame(before.get(key), after.get(key)));
}

/** Judges every package of a plan or a rollback by dpkg's database, never by an exit code. */
export function judgeItems(plan: PlanContent, evidence: Evidence): ReceiptItem[] {
  const installs = [
    ...plan.items.map((item) => ({ item, role: "selected" as const })),
    ...plan.alsoInstalls.map((item) => ({ item, role: "also-installed" as const })),
  ].map(({ item, role }) => ({
    ...facts(item, evidence),
    role,
    ...verdict(item.key, item.toVersion, evidence),
  }));
  const removals = plan.alsoRemoves.map((item) => ({
    ...facts(item, evidence),
    role: "also-removed" as const,
    ...verdict(item.key, null, evidence),
  }));
  return [...installs, ...removals];
}

/** Every package of a plan when dpkg's database cannot tell what became of it: none is called installed. */
export function unknownItems(plan: PlanContent, before: InstalledPackages, reason: string): ReceiptItem[] {
  const message = `It is not known what was installed, because dpkg's database cannot be read. ${reason}`;
  return judgeItems(plan, { before, after: new Map(), errors: new Map(), keptFiles: new Map() }).map(
    (item) => ({
      ...item,
      outcome: "failed",
      message,
    }),
  );
}

/** Sums up: everything as planned, nothing of it, or some. */
export function judgeWhole(items: readonly ReceiptItem[]): Receipt["outcome"] {
  const done = items.filter(({ outcome }) => outcome === "installed" || outcome === "removed").length;
  if (done === items.length) return "succeeded";
  return done === 0 ? "failed" : "partial";
}

function facts(
  item: { readonly key: string; readonly name: string; readonly arch?: string },
  evidence: Evidence,
) {
  return {
    key: item.key,
    name: item.name,
    ...(item.arch !== undefined && { arch: item.arch }),
    fromVersion: evidence.before.get(item.key)?.version ?? null,
    toVersion: evidence.after.get(item.key)?.version ?? null,
  };
}

/** @param wanted the version that the plan says, null for a removal */
function verdict(
  key: string,
  wanted: string | null,
  evidence: Evidence,
): Pick<ReceiptItem, "outcome" | "message"> {
  const before = evidence.before.get(key);
  const after = evidence.after.get(key);
  if (wanted === null && after === undefined) return { outcome: "removed" };
  const name = key.split(":")[0] ?? key;
  const kept = keptFilesText(evidence.keptFiles.get(name) ?? []);
  if (wanted !== null && after?.version === wanted && after.isConfigured) {
    return { outcome: "installed", ...(kept !== "" && { message: kept }) };
  }
  const said = evidence.errors.get(name);
  if (isSame(before, after)) return { outcome: "unchanged", message: said ?? "apt did not get to it." };
  return { outcome: "failed", message: [stateOf(key, after), said, kept].filter(Boolean).join(" ") };
}

/** dpkg was told to keep what the owner changed, and leaves the package's file beside it. */
function keptFilesText(files: readonly string[]): string {
  const shown = files.slice(0, MAX_FILES_SHOWN).map((file) => `${file} (the new one is ${file}.dpkg-dist)`);
  const more = files.length > shown.length ? ` and ${files.length - shown.length} more` : "";
  return files.length === 0 ? "" : `Kept as it was changed on the machine: ${shown.join(", ")}${more}.`;
}

function isSame(before: InstalledPackage | undefined, after: InstalledPackage | undefined): boolean {
  return before?.version === after?.version && before?.isConfigured === after?.isConfigured;
}

function stateOf(key: string, after: InstalledPackage | undefined): string {
  if (after === undefined) return `${key} is not installed any more.`;
  return `${key} ${after.version} is ${after.problem ?? "installed, which is not the planned version"}.`;
}
