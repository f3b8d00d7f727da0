import { closeSync, fstatSync, fsyncSync, ftruncateSync, openSync, renameSync, writeFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import path from "node:path";
import type { Survivor } from "../exec/process-identity.js";
import type { ClaimedCommand, CommandResultInput } from "../protocol/operations.js";
import { readFileIfThere, writeFileAtomically } from "../state/atomic-file.js";
import { withDiskFull } from "../state/disk-full.js";
import { applyRecord, type JournalEntry, recordsOf } from "./journal-entry.js";
import { decodeRecord, encodeRecord, type JournalRecord } from "./journal-record.js";

const COMPACT_BYTES = 4 * 1024 * 1024;
const KEEP_AFTER_DEADLINE_MS = 7 * 24 * 3_600_000;

/** What opening a journal found. */
export interface OpenedJournal {
  readonly journal: Journal;
  /** Where damaged lines were moved to; undefined when there were none. */
  readonly damagedFile?: string;
}

/**
 * The agent's memory of its commands: append-only, one checksummed line a record, on disk before the next step is done.
 * So a command is carried out at most once, and its one result is told until the server knows it.
 */
export class Journal {
  readonly file: string;
  readonly now: () => number;
  readonly #entries: Map<string, JournalEntry>;
  #descriptor: number;
  #isClosed = false;

  private constructor(file: string, now: () => number, entries: Map<string, JournalEntry>) {
    this.file = file;
    this.now = now;
    this.#entries = entries;
    this.#descriptor = openSync(file, "a", 0o600);
  }

  /** Reads a journal; damaged lines are moved aside and never fatal. */
  static async open(file: string, now: () => number): Promise<OpenedJournal> {
    await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
    const text = (await readFileIfThere(file)) ?? "";
    const entries = new Map<string, JournalEntry>();
    const damaged: string[] = [];
    for (const line of text.split("\n")) {
      if (line === "") continue;
      const record = decodeRecord(line);
      if (record) applyRecord(entries, record);
      else damaged.push(line);
    }
    let damagedFile: string | undefined;
    if (damaged.length > 0) {
      damagedFile = `${file}.damaged-${now()}`;
      await writeFileAtomically(damagedFile, damaged.join("\n"));
    }
    if (damaged.length > 0 || text.length > COMPACT_BYTES || (text !== "" && !text.endsWith("\n"))) {
      await writeFileAtomically(file, compacted(entries, now()));
    }
    const journal = new Journal(file, now, entries);
    return damagedFile === undefined ? { journal } : { journal, damagedFile };
  }

  /** What is known of a command. */
  find(id: string): JournalEntry | undefined {
    return this.#entries.get(id);
  }

  /** Commands that have no result yet, oldest first. */
  unfinished(): JournalEntry[] {
    return [...this.#entries.values()].filter((entry) => !entry.result);
  }

  /** Results that the server does not know yet, oldest first. */
  undelivered(): JournalEntry[] {
    return [...this.#entries.values()].filter((entry) => entry.result && !entry.isDelivered);
  }

  accept(command: ClaimedCommand): void {
    this.#append({ type: "accepted", command, at: this.#timestamp() });
  }

  /** Notes that the server handed a known command over again. */
  adopt(command: ClaimedCommand): void {
    const { id, attempt, leaseSeconds } = command;
    this.#append({ type: "attempt", id, attempt, leaseSeconds });
  }

  start(id: string): void {
    this.#append({ type: "started", id, at: this.#timestamp() });
  }

  /** Synchronous, so that it is on disk in the same turn in which the process was started. */
  noteProcess(id: string, survivor: Survivor): void {
    this.#append({ type: "process", id, survivor });
  }

  /** The first result stands; a second one changes nothing. */
  finish(id: string, result: CommandResultInput): void {
    this.#append({ type: "result", id, result });
  }

  deliver(id: string): void {
    this.#append({ type: "delivered", id });
  }

  /** Forgets a command that was not begun. */
  drop(id: string): void {
    this.#append({ type: "dropped", id });
  }

  /** Rewrites the file without what nobody will ask for again, when it has grown large. In one turn, so nothing is lost. */
  compactIfLarge(): void {
    if (this.#isClosed || fstatSync(this.#descriptor).size < COMPACT_BYTES) return;
    const temporary = `${this.file}.compact`;
    const descriptor = openSync(temporary, "w", 0o600);
    writeFileSync(descriptor, compacted(this.#entries, this.now()));
    fsyncSync(descriptor);
    renameSync(temporary, this.file);
    closeSync(this.#descriptor);
    this.#descriptor = descriptor;
  }

  /** Nothing is written any more: another file may have the descriptor's number by then. */
  close(): void {
    this.#isClosed = true;
    closeSync(this.#descriptor);
  }

  #append(record: JournalRecord): void {
    if (this.#isClosed) throw new Error("The journal is closed.");
    const { size } = fstatSync(this.#descriptor);
    try {
      // Not writeSync: on a disk that is almost full it writes a part and calls that a success.
      writeFileSync(this.#descriptor, encodeRecord(record));
      fsyncSync(this.#descriptor);
    } catch (error) {
      ftruncateSync(this.#descriptor, size);
      throw withDiskFull(error, this.file);
    }
    applyRecord(this.#entries, record);
  }

  #timestamp(): string {
    return new Date(this.now()).toISOString();
  }
}

function compacted(entries: Map<string, JournalEntry>, now: number): string {
  for (const [id, { command, result, isDelivered }] of entries) {
    const forgettableAt = Date.parse(command.deadlineAt) + KEEP_AFTER_DEADLINE_MS;
    if (result && isDelivered && forgettableAt < now) entries.delete(id);
  }
  return [...entries.values()].flatMap(recordsOf).map(encodeRecord).join("");
}
