import type { Survivor } from "../exec/process-identity.js";
import type { ClaimedCommand, CommandResultInput } from "../protocol/operations.js";
import type { JournalRecord } from "./journal-record.js";

/** All that the journal knows of one command. */
export interface JournalEntry {
  /** The command, with the latest attempt. */
  readonly command: ClaimedCommand;
  readonly acceptedAt: string;
  /** Absent: nothing was done. */
  readonly startedAt?: string;
  /** The latest process that outlives the agent. */
  readonly process?: Survivor;
  /** Absent: it has not ended. */
  readonly result?: CommandResultInput;
  readonly isDelivered: boolean;
}

/** Applies one record. Records about an unknown command change nothing. */
export function applyRecord(entries: Map<string, JournalEntry>, record: JournalRecord): void {
  if (record.type === "accepted") {
    if (!entries.has(record.command.id)) {
      entries.set(record.command.id, { command: record.command, acceptedAt: record.at, isDelivered: false });
    }
    return;
  }
  const entry = entries.get(record.id);
  if (!entry) return;
  if (record.type === "dropped") {
    entries.delete(record.id);
    return;
  }
  entries.set(record.id, changed(entry, record));
}

type Change = Exclude<JournalRecord, { type: "accepted" | "dropped" }>;

function changed(entry: JournalEntry, record: Change): JournalEntry {
  switch (record.type) {
    case "attempt": {
      const { attempt, leaseSeconds } = record;
      // The server asks anew, so it has not taken the result in, or not under this attempt.
      return { ...entry, command: { ...entry.command, attempt, leaseSeconds }, isDelivered: false };
    }
    case "started":
      return { ...entry, startedAt: record.at };
    case "process":
      return { ...entry, process: record.survivor };
    case "result":
      return entry.result ? entry : { ...entry, result: record.result };
    case "delivered":
      return { ...entry, isDelivered: true };
  }
}

/** The records that lead to an entry. */
export function recordsOf(entry: JournalEntry): JournalRecord[] {
  const { command, acceptedAt, startedAt, process, result, isDelivered } = entry;
  const { id } = command;
  return [
    { type: "accepted", command, at: acceptedAt },
    ...(startedAt === undefined ? [] : [{ type: "started", id, at: startedAt } as const]),
    ...(process === undefined ? [] : [{ type: "process", id, survivor: process } as const]),
    ...(result === undefined ? [] : [{ type: "result", id, result } as const]),
    ...(isDelivered ? [{ type: "delivered", id } as const] : []),
  ];
}
