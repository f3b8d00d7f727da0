import { createHash } from "node:crypto";
import type { Survivor } from "../exec/process-identity.js";
import type { ClaimedCommand, CommandResultInput } from "../protocol/operations.js";

/** One line of the journal. */
export type JournalRecord =
  /** The command is in hand; nothing has been done. */
  | { readonly type: "accepted"; readonly command: ClaimedCommand; readonly at: string }
  /** The server handed it over again. */
  | { readonly type: "attempt"; readonly id: string; readonly attempt: number; readonly leaseSeconds: number }
  /** It may have changed something from here on. */
  | { readonly type: "started"; readonly id: string; readonly at: string }
  /** A process that outlives the agent works for it. */
  | { readonly type: "process"; readonly id: string; readonly survivor: Survivor }
  /** It has ended; this is told to the server until it knows. */
  | { readonly type: "result"; readonly id: string; readonly result: CommandResultInput }
  /** The server knows the result. */
  | { readonly type: "delivered"; readonly id: string }
  /** It was taken back before anything was done. */
  | { readonly type: "dropped"; readonly id: string };

const CHECKSUM_LENGTH = 16;

function checksum(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, CHECKSUM_LENGTH);
}

/** A record as one line with its checksum. */
export function encodeRecord(record: JournalRecord): string {
  const text = JSON.stringify(record);
  return `${checksum(text)} ${text}\n`;
}

/** The record of a line; undefined when the line is damaged. */
export function decodeRecord(line: string): JournalRecord | undefined {
  const text = line.slice(CHECKSUM_LENGTH + 1);
  if (line[CHECKSUM_LENGTH] !== " " || line.slice(0, CHECKSUM_LENGTH) !== checksum(text)) return undefined;
  return JSON.parse(text) as JournalRecord;
}
