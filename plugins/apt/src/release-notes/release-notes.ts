import {
  PluginError,
  type Call,
  type JsonValue,
  type PlanWish,
  type ReleaseNotes,
  type UpdateItem,
} from "@redflag/plugin-sdk";

import { keepIfRoom, type AptContext } from "../apt-context.js";
import { readInstalled } from "../packages/installed.js";
import { openIndex } from "../packages/package-index.js";
import { classifyFailure } from "../parse/classify-failure.js";
import { parsePackageKey } from "../parse/package-key.js";
import { newerEntries } from "../parse/parse-changelog.js";

const STATE = "release-notes";
const MAX_CHARS = 16_000;
const MAX_KEPT = 10;
const UNAVAILABLE = "Changelog unavailable";

/** Notes that were fetched, and for what. */
interface KeptNotes extends ReleaseNotes {
  readonly key: string;
  readonly candidate: string;
  readonly installed: string | null;
}

/**
 * The entries of the changelog between the installed version and the candidate, from the archive or from what was
 * fetched before.
 *
 * @throws PluginError `UNSUPPORTED` when the archive has none, `OFFLINE` when it cannot be reached
 */
export async function releaseNotes(
  context: AptContext,
  { key, candidate }: PlanWish,
  call: Call,
): Promise<ReleaseNotes> {
  const installed = (await readInstalled(context, call)).get(key)?.version ?? null;
  const kept = await recallNotes(context);
  const isThis = (notes: KeptNotes): boolean => notes.key === key && notes.candidate === candidate;
  const known = kept.find((notes) => isThis(notes) && notes.installed === installed);
  if (known !== undefined) return plain(known);
  const { text, advisories } = newerEntries(await fetchChangelog(context, key, candidate, call), installed);
  const notes: KeptNotes = {
    key,
    candidate,
    installed,
    text: text.slice(0, MAX_CHARS),
    isTruncated: text.length > MAX_CHARS,
    advisories,
  };
  const others = kept.filter((one) => !isThis(one)).slice(0, MAX_KEPT - 1);
  await keepIfRoom(context, STATE, [notes, ...others] as unknown as JsonValue);
  return plain(notes);
}

/** Adds what changelogs that were fetched name; of all others nothing is known. */
export async function withAdvisories(
  context: AptContext,
  items: readonly UpdateItem[],
): Promise<UpdateItem[]> {
  const kept = await recallNotes(context);
  return items.map((item) => {
    const notes = kept.find(
      ({ key, candidate, installed }) =>
        key === item.key && candidate === item.candidate && installed === item.installed,
    );
    return notes === undefined ? item : { ...item, advisories: notes.advisories };
  });
}

async function fetchChangelog(
  context: AptContext,
  key: string,
  version: string,
  call: Call,
): Promise<string> {
  const { isPrivate } = await openIndex(context, false, call);
  const slots = { privateIndex: isPrivate, packages: [{ ...parsePackageKey(key), version }] };
  const result = await context.run.exec("show-changelog", slots, call);
  if (result.exitCode === 0) return result.stdout;
  if (!result.stderr.includes(UNAVAILABLE)) throw classifyFailure("show-changelog", result);
  throw new PluginError("UNSUPPORTED", `The archive has no changelog of ${key} ${version}.`);
}

async function recallNotes({ state }: AptContext): Promise<readonly KeptNotes[]> {
  const kept = await state.get(STATE);
  return Array.isArray(kept) ? (kept as unknown as KeptNotes[]) : [];
}

function plain({ text, isTruncated, advisories }: KeptNotes): ReleaseNotes {
  return { text, isTruncated, advisories };
}
