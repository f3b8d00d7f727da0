import type { PlanContent, PlanItem, PlanRemoval, Receipt, ReceiptItem } from "@redflag/plugin-sdk";

import type { InstalledPackages } from "../packages/installed.js";

/** What a rollback does: packages that go back, that come back, and that go away again. */
export interface Inverse extends PlanContent {
  /** Packages that the machine has otherwise than the receipt says, one sentence each. */
  readonly moved: readonly string[];
}

/** The exact inverse of what a receipt says was changed. What is back already is no part of it. */
export function inverseOf(receipt: Receipt, installed: InstalledPackages): Inverse {
  const items: PlanItem[] = [];
  const alsoInstalls: PlanItem[] = [];
  const alsoRemoves: PlanRemoval[] = [];
  const moved: string[] = [];
  for (const item of receipt.items) {
    const now = installed.get(item.key)?.version ?? null;
    if (item.outcome === "unchanged" || now === item.fromVersion) continue;
    if (!isUnknown(item) && now !== item.toVersion) {
      moved.push(`${item.key}: left as ${item.toVersion ?? "removed"}, now ${now ?? "removed"}`);
      continue;
    }
    const facts = { key: item.key, name: item.name };
    const arch = installed.get(item.key)?.arch;
    const known = { ...facts, ...(arch !== undefined && { arch }) };
    if (item.fromVersion === null && now !== null) alsoRemoves.push({ ...known, fromVersion: now });
    else if (item.fromVersion !== null && now === null)
      alsoInstalls.push({ ...facts, fromVersion: null, toVersion: item.fromVersion });
    else if (item.fromVersion !== null)
      items.push({ ...known, fromVersion: now, toVersion: item.fromVersion });
  }
  return { items, alsoInstalls, alsoRemoves, moved };
}

/** What became of it could not be read after the installation; dpkg's database knows it now. */
function isUnknown({ outcome, toVersion }: ReceiptItem): boolean {
  return outcome === "failed" && toVersion === null;
}
