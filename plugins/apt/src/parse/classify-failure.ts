import { PluginError, type PluginErrorCode } from "@redflag/plugin-sdk";

/** What a failed run left behind. */
export interface FailedRun {
  readonly exitCode: number | null;
  readonly signal?: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

const MARK = /^(?:[EW]: |Err:\d+ |dpkg(?:-[a-z]+)?: error\b)/;

const MAX_SHOWN_LINES = 6;
const MAX_SHOWN_CHARS = 900;

/** apt's and dpkg's own English phrases, the most telling first. */
const PHRASES: readonly (readonly [PluginErrorCode, readonly string[]])[] = [
  [
    "LOCKED",
    [
      "Could not get lock",
      "Unable to lock",
      "Unable to acquire the dpkg frontend lock",
      "is locked by another",
      "lock was locked by",
    ],
  ],
  ["DISK_FULL", ["No space left on device", "You don't have enough free space"]],
  [
    "UNTRUSTED_SOURCE",
    [
      "NO_PUBKEY",
      "BADSIG",
      "EXPKEYSIG",
      "REVKEYSIG",
      "is not signed",
      "GPG error",
      "Hash Sum mismatch",
      "cannot be authenticated",
      "were unauthenticated",
      "is expired",
      "is not valid yet",
      "no longer has a Release file",
      "changed its 'Origin' value",
      "changed its 'Label' value",
      "changed its 'Suite' value",
    ],
  ],
  ["PLAN_STALE", ["404  Not Found", "was not found", "Unable to locate package"]],
  [
    "OFFLINE",
    [
      "Could not resolve",
      "Temporary failure resolving",
      "Could not connect",
      "Unable to connect",
      "Connection timed out",
      "Connection failed",
      "Failed to fetch",
      "Some index files failed to download",
    ],
  ],
  ["PERMISSION_DENIED", ["Permission denied", "are you root?"]],
];

/** Turns a failed run of apt or dpkg into an error that keeps the tool's own words. */
export function classifyFailure(what: string, run: FailedRun): PluginError {
  const words = tellingLines(run);
  // The rest, on either stream, belongs to maintainer scripts, which may say anything.
  const evidence = [...markedLines(run.stderr), ...markedLines(run.stdout)].join("\n");
  const found = PHRASES.find(([, phrases]) => phrases.some((phrase) => evidence.includes(phrase)));
  const end = run.signal ? `was ended by ${run.signal}` : `ended with ${run.exitCode}`;
  return new PluginError(found?.[0] ?? "COMMAND_FAILED", `apt/${what} ${end}: ${words}`);
}

/** The lines that apt marks as errors or warnings, else the last ones it wrote. */
export function tellingLines(run: Pick<FailedRun, "stdout" | "stderr">): string {
  const all = `${run.stdout}\n${run.stderr}`;
  const marked = markedLines(all);
  const lines = marked.length > 0 ? marked : all.split("\n");
  const said = lines.map((line) => line.trim()).filter((line) => line !== "");
  const shown = marked.length > 0 ? said : said.slice(-MAX_SHOWN_LINES);
  const text = [...new Set(shown)].slice(0, MAX_SHOWN_LINES).join(" | ");
  return text === "" ? "it said nothing." : text.slice(0, MAX_SHOWN_CHARS);
}

/** Lines that apt or dpkg begin with their mark, and the indented ones in which they go on. */
function markedLines(text: string): string[] {
  let isMarked = false;
  return text.split("\n").filter((line) => {
    isMarked = MARK.test(line) || (isMarked && /^\s+\S/.test(line));
    return isMarked;
  });
}
