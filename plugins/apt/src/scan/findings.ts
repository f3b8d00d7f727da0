import type { JsonValue, Notice, UpdateItem } from "@redflag/plugin-sdk";

import { keepIfRoom, type AptContext } from "../apt-context.js";
import type { IndexGap } from "../packages/package-index.js";

/** What apt said about a machine, and all of a report that does not move with time. */
export interface Findings {
  readonly items: readonly UpdateItem[];
  readonly warnings: readonly Notice[];
  /** Sources that no index exists of; null for none. */
  readonly gap: IndexGap | null;
}

const KEY = "findings";
/** The host gives a plugin 1 MiB in all. */
const MAX_CHARS = 600_000;

/** What was found when the machine had this fingerprint; null when it never had, or last had another. */
export async function recallFindings(context: AptContext, fingerprint: string): Promise<Findings | null> {
  const kept = await context.state.get(KEY);
  if (typeof kept !== "object" || kept === null || !("fingerprint" in kept)) return null;
  if (kept.fingerprint !== fingerprint) return null;
  return JSON.parse(String(kept.text)) as Findings;
}

/** Keeps findings for the next scan; more than there is room for are found again each time. */
export async function keepFindings(
  context: AptContext,
  fingerprint: string,
  findings: Findings,
): Promise<void> {
  const text = JSON.stringify(findings);
  const value: JsonValue = { fingerprint, text };
  await context.state.delete(KEY);
  if (text.length <= MAX_CHARS) await keepIfRoom(context, KEY, value);
}
