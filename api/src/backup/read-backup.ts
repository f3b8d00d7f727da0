import { createHash, type Hash } from "node:crypto";
import * as v from "valibot";
import { BackupError } from "./backup-error.js";
import { AnyHead, BackupEnd, END_OF_ROWS, FORMAT, Head, TableEnd } from "./backup-format.js";
import { LineReader } from "./line-reader.js";

/** Reads a backup from its uncompressed bytes, in order: the head, each table's rows, the end. */
export class BackupReader {
  readonly #lines: LineReader;
  readonly #file: string;
  #head: Head | undefined;
  #place = "the head";
  #rows = 0;
  #tables = 0;

  /** `file` is only for messages. */
  constructor(source: AsyncIterable<Buffer>, file: string) {
    this.#lines = new LineReader(source);
    this.#file = file;
  }

  /** Comes first; may be asked for again. Throws `BACKUP_DAMAGED` or `BACKUP_TOO_NEW`. */
  async head(): Promise<Head> {
    return (this.#head ??= await this.#readHead());
  }

  async #readHead(): Promise<Head> {
    const json = await this.#json();
    const parsed = v.safeParse(Head, json);
    if (parsed.success) return parsed.output;
    const any = v.safeParse(AnyHead, json);
    if (any.success && any.output.format > FORMAT) {
      throw new BackupError(
        "BACKUP_TOO_NEW",
        `${this.#file} was written by a newer RedFlag (format ${any.output.format}): restore it with that version or a later one.`,
      );
    }
    throw this.damaged(any.success ? "its head cannot be read" : "it is not a backup of RedFlag");
  }

  /** The rows of the next table, which must be this one. Throws `BACKUP_DAMAGED` after the last when they differ. */
  async *rows(table: string): AsyncGenerator<Buffer, number> {
    this.#place = `table ${table}`;
    const hash = createHash("sha256");
    let rows = 0;
    for (;;) {
      const page = await this.#guard(() => this.#lines.readUntil(END_OF_ROWS));
      rows += page.count;
      hash.update(page.bytes);
      if (page.bytes.length > 0) yield page.bytes;
      if (page.isEnd) break;
      this.#place = `table ${table} after row ${rows}`;
    }
    await this.#check(table, rows, hash);
    this.#rows += rows;
    this.#tables += 1;
    return rows;
  }

  /** Call it last. Throws `BACKUP_DAMAGED` when anything is missing or follows. */
  async end(): Promise<BackupEnd> {
    this.#place = "the end";
    const end = v.safeParse(BackupEnd, await this.#json());
    if (!end.success || end.output.rows !== this.#rows || end.output.tables !== this.#tables) {
      throw this.damaged("its end does not fit the rest");
    }
    const rest = await this.#guard(() => this.#lines.next());
    if (rest !== undefined) throw this.damaged("more follows behind its end");
    return end.output;
  }

  /** The error for something wrong at the place that was read last. */
  damaged(why: string, cause?: unknown): BackupError {
    return new BackupError(
      "BACKUP_DAMAGED",
      `The backup ${this.#file} is damaged at ${this.#place} (byte ${this.#lines.position} of its content): ${why}. Nothing was restored; use another backup.`,
      { cause },
    );
  }

  async #check(table: string, rows: number, hash: Hash): Promise<void> {
    const end = v.safeParse(TableEnd, await this.#json());
    if (!end.success || end.output.table !== table) throw this.damaged("the end of the table cannot be read");
    if (end.output.rows !== rows)
      throw this.damaged(`it should have ${end.output.rows} rows, and has ${rows}`);
    if (end.output.sha256 !== hash.digest("hex"))
      throw this.damaged("its rows are not those that were saved");
  }

  async #json(): Promise<unknown> {
    const line = await this.#guard(() => this.#lines.next());
    if (line === undefined) throw this.damaged("it was cut off here");
    try {
      return JSON.parse(line.toString("utf8"));
    } catch (error) {
      throw this.damaged("a line cannot be read", error);
    }
  }

  /** Reading fails where the compressed file is cut or changed. */
  async #guard<T>(read: () => Promise<T>): Promise<T> {
    try {
      return await read();
    } catch (error) {
      const { code = "", message } = error as NodeJS.ErrnoException;
      if (code === "Z_BUF_ERROR") throw this.damaged("it was cut off here", error);
      if (code.startsWith("Z_")) throw this.damaged(`it cannot be decompressed (${message})`, error);
      if (error instanceof RangeError) throw this.damaged(error.message, error);
      throw error;
    }
  }
}
