import type { LoadedSource } from "../plugins/loaded-source.js";
import type { ClaimedCommand } from "../protocol/operations.js";
import { visibleLines } from "../text/visible-text.js";
import type { CommandOutcome, CommandSink } from "./command-sink.js";
import { failureOf } from "./wire-failure.js";

const MAX_TEXT = 65_536;

/** Asks a source what one update brings. Their makers' words are passed on as plain lines that do nothing. */
export async function fetchNotes(
  { wanted }: Pick<ClaimedCommand, "wanted">,
  source: LoadedSource,
  { signal, sink }: { readonly signal: AbortSignal; readonly sink: CommandSink },
): Promise<CommandOutcome> {
  const [asked] = wanted ?? [];
  if (asked === undefined) {
    return { state: "FAILED", failure: failureOf("UNSUPPORTED", "The command names no update.") };
  }
  sink.progress({ phase: "release notes", isCancellable: true });
  const { key, candidateVersion: candidate } = asked;
  const notes = await source.releaseNotes({ key, candidate }, { signal });
  const text = visibleLines(notes.text);
  return {
    state: "SUCCEEDED",
    releaseNotes: {
      text: text.slice(0, MAX_TEXT).toWellFormed(),
      isTruncated: notes.isTruncated || text.length > MAX_TEXT,
      advisories: [...notes.advisories],
    },
  };
}
