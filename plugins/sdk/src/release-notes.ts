/** What an update brings: everything between the installed version and the candidate. */
export interface ReleaseNotes {
  /** Plain text, as its makers wrote it. At most 64 KiB. */
  readonly text: string;
  /** The text was longer and is cut at its end. */
  readonly isTruncated: boolean;
  /** Ids that the whole text names, such as `CVE-2026-1234`, each once. At most 100. */
  readonly advisories: readonly string[];
}
