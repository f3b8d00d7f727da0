// oxlint-disable no-control-regex -- control characters are what this file is about
import { cutText } from "../agents/clean-text.js";

/** Release notes, checked and cleaned. */
export interface ReleaseNotes {
  /** Several lines. */
  readonly text: string;
  readonly isTruncated: boolean;
  readonly advisories: readonly string[];
}

/** Release notes as an agent sent them. */
export interface NotesInput {
  readonly text: string;
  readonly isTruncated: boolean;
  readonly advisories?: readonly string[] | null | undefined;
}

const LONGEST_TEXT = 65_536;
const MOST_ADVISORIES = 100;
/** Ids as ecosystems write them: `CVE-2026-1234`, `DSA-5432-1`, `GHSA-xxxx-xxxx-xxxx`, `RHSA-2026:0123`. */
const ADVISORY = /^[A-Za-z][A-Za-z0-9]*[-:][A-Za-z0-9:._-]{1,100}$/;
/** What does not belong into lines of text: controls but tab and line end, and marks that turn or hide text. */
const UNSHOWABLE =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/g;

/**
 * Cleans release notes, whose words are those of strangers: what turns the direction of text, hides in it or moves a
 * cursor becomes a visible sign, and what is no advisory's id is left out. Nothing is refused.
 */
export function readNotes({ text, isTruncated, advisories }: NotesInput): ReleaseNotes {
  const lines = text.replaceAll("\r\n", "\n").toWellFormed().replaceAll(UNSHOWABLE, "\ufffd");
  const ids = (advisories ?? []).filter((id) => ADVISORY.test(id));
  return {
    text: cutText(lines, LONGEST_TEXT),
    isTruncated: isTruncated || lines.length > LONGEST_TEXT,
    advisories: [...new Set(ids)].slice(0, MOST_ADVISORIES),
  };
}
