import { compareDebianVersions } from "@redflag/plugin-sdk";

/** The part of a changelog that is newer than what is installed. */
export interface ChangelogExcerpt {
  readonly text: string;
  /** Each id once, in the order of the text. */
  readonly advisories: readonly string[];
}

const ADVISORY = /\b(?:CVE-\d{4}-\d{4,7}|D[SL]A-\d{1,5}-\d{1,2}|USN-\d{1,5}-\d{1,2})\b/g;
const MAX_ADVISORIES = 100;

/**
 * Cuts a Debian changelog, newest entry first, before the entry of the installed version or an older one; without an
 * installed version only the newest entry is taken. An entry starts with `source (version) suites; …`.
 */
export function newerEntries(changelog: string, installed: string | null): ChangelogExcerpt {
  const lines = changelog.split("\n");
  let entries = 0;
  const end = lines.findIndex((line) => {
    const version = versionOf(line);
    if (version === null) return false;
    entries += 1;
    return installed === null ? entries > 1 : compareDebianVersions(version, installed) <= 0;
  });
  const text = (end === -1 ? lines : lines.slice(0, end)).join("\n").trim();
  const ids = new Set(Array.from(text.matchAll(ADVISORY), ([id]) => id));
  return { text, advisories: [...ids].slice(0, MAX_ADVISORIES) };
}

function versionOf(line: string): string | null {
  if (line === "" || line.startsWith(" ")) return null;
  const open = line.indexOf(" (");
  const close = line.indexOf(") ", open);
  return open === -1 || close === -1 ? null : line.slice(open + 2, close);
}
