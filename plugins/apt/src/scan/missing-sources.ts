import type { Call } from "@redflag/plugin-sdk";

import { readTool, type AptContext } from "../apt-context.js";
import type { IndexGap } from "../packages/package-index.js";
import { parseUris } from "../parse/parse-uris.js";

const LISTS = "/var/lib/apt/lists";
const RELEASE_FILES = ["_InRelease", "_Release"];
const MAX_SHOWN = 3;

/** A source that was configured but never fetched is invisible to a simulation: says which, or null for none. */
export async function findMissingSources(context: AptContext, call: Call): Promise<IndexGap | null> {
  const uris = parseUris(await readTool(context, "list-indexes", {}, call));
  const names = uris.map(({ fileName }) => fileName).filter((name) => name.endsWith("_InRelease"));
  if (names.length === 0) {
    return { code: "UNSUPPORTED", message: "apt has no package sources, so nothing is known about updates." };
  }
  const present = new Set(await context.files.list(LISTS));
  const missing = names
    .map((name) => name.slice(0, -"_InRelease".length))
    .filter((base) => !RELEASE_FILES.some((suffix) => present.has(base + suffix)));
  if (missing.length === 0) return null;
  const shown = missing.slice(0, MAX_SHOWN).join(", ");
  const message = `The index of ${missing.length} of ${names.length} sources was never fetched (${shown}): scan with refresh.`;
  return { code: "OFFLINE", message };
}
