import type { Plan, PlanItem, PlanRemoval } from "@redflag/plugin-sdk";
import { shortDigest } from "../local/plan-store.js";
import { visibleText } from "../text/visible-text.js";
import { formatSize } from "./format-size.js";
import { formatTable } from "./table.js";

const LONGEST = 500;

/** A plan for people: everything that would change, the loudest first among what nobody asked for. */
export function describePlan(plan: Plan, displayName: string): string {
  const parts = [
    `${visibleText(displayName, 40)}: ${count(plan.items.length, "package")} asked for`,
    itemTable(plan, plan.items),
    describeRemovals(plan),
    section("Also installed, because the above needs it:", itemTable(plan, plan.alsoInstalls)),
    downgrades(plan),
    kept(plan),
    sizes(plan),
    restarts(plan),
    reversibility(plan),
    blockers(plan),
  ];
  return parts.filter((part) => part !== "").join("\n");
}

/** How to install exactly this plan later; only for a plan without blockers. */
export function describePlanUse({ digest, expiresAt, alsoRemoves }: Plan): string {
  const more = alsoRemoves.length > 0 ? " --accept-removals" : "";
  return `To install exactly this until ${expiresAt}: redflag-agent install --plan ${shortDigest(digest)}${more}`;
}

/** Packages that go away, for a question of its own. */
export function removedNames(removals: readonly PlanRemoval[]): string {
  return removals.map(({ name, fromVersion }) => visibleText(`${name} ${fromVersion}`, 120)).join(", ");
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

function section(title: string, body: string): string {
  return body === "" ? "" : `\n${title}\n${body}`;
}

function itemTable(plan: Plan, items: readonly PlanItem[]): string {
  if (items.length === 0) return "";
  const back = new Set(plan.downgrades);
  const rows = items.map((item) => [
    item.key,
    item.fromVersion ?? "(new)",
    item.toVersion,
    item.sizeBytes === undefined ? "" : formatSize(item.sizeBytes),
    item.origin ?? "",
    back.has(item.key) ? "DOWNGRADE" : "",
  ]);
  return formatTable(["PACKAGE", "INSTALLED", "WILL BE", "DOWNLOAD", "FROM", ""], rows);
}

/** Packages that go away, so that nobody overlooks them; empty when there are none. */
export function describeRemovals({ alsoRemoves }: Pick<Plan, "alsoRemoves">): string {
  if (alsoRemoves.length === 0) return "";
  const rows = alsoRemoves.map(({ key, fromVersion }) => [key, fromVersion]);
  const title = `!!! THIS REMOVES ${count(alsoRemoves.length, "PACKAGE")} !!!`.replace(
    "PACKAGEs",
    "PACKAGES",
  );
  return section(title, formatTable(["REMOVED", "INSTALLED"], rows));
}

function downgrades({ downgrades: keys = [] }: Plan): string {
  if (keys.length === 0) return "";
  const names = keys.map((key) => visibleText(key, 120)).join(", ");
  return `\n!!! ${keys.length === 1 ? "GOES BACK" : "GO BACK"} TO AN OLDER VERSION: ${names}`;
}

function kept({ alsoKept = [] }: Plan): string {
  const lines = alsoKept.map(
    ({ name, installedVersion, candidateVersion, reason }) =>
      `  ${visibleText(`${name} ${installedVersion} (${candidateVersion} is there)`, 200)}: ${visibleText(reason, LONGEST)}`,
  );
  return section("Stays as it is:", lines.join("\n"));
}

function sizes({ downloadBytes, diskBytes }: Plan): string {
  const download = `Download: ${downloadBytes === undefined ? "unknown" : formatSize(downloadBytes)}`;
  if (diskBytes === undefined) return `\n${download}; disk space: unknown.`;
  const change = diskBytes < 0 ? `${formatSize(-diskBytes)} are freed` : `${formatSize(diskBytes)} more`;
  return `\n${download}; disk space: ${change}.`;
}

function restarts({ restarts: { services, system, reasons = [] } }: Plan): string {
  const lines = [
    services === null
      ? "Restarts of services: unknown."
      : `Restarts of services: ${services.map((name) => visibleText(name, 100)).join(", ") || "none"}.`,
    system === null
      ? "Restart of the machine: unknown."
      : `Restart of the machine: ${system ? "NEEDED" : "not needed"}.`,
    ...reasons.map((reason) => `  ${visibleText(reason, LONGEST)}`),
  ];
  return lines.join("\n");
}

const REVERSIBLE = {
  reversible: "It can be rolled back in full.",
  partly: "It can be rolled back IN PART:",
  not: "It CANNOT be rolled back:",
} as const;

function reversibility({ reversibility: told }: Plan): string {
  if (!told) return "Whether it can be rolled back: unknown.";
  const reasons = told.reasons.map((reason) => `  ${visibleText(reason, LONGEST)}`);
  return [REVERSIBLE[told.level], ...reasons].join("\n");
}

function blockers({ blockers: notices }: Plan): string {
  const lines = notices.map(({ code, message }) => `  ${code}: ${visibleText(message, LONGEST)}`);
  return section("It cannot be installed now:", lines.join("\n"));
}
