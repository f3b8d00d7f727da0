import { readdir, rm, stat } from "node:fs/promises";
import path from "node:path";
import type { Receipt } from "@redflag/plugin-sdk";
import * as v from "valibot";
import type { Clock } from "../clock/clock.js";
import { readFileIfThere, writeFileAtomically } from "../state/atomic-file.js";
import { canNameFile } from "../state/names-file.js";
import { StateError } from "../state/state-error.js";
import type { StateFolder } from "../state/state-folder.js";
import { type ReceiptFacts, STORED_RECEIPT, type StoredReceipt } from "./stored-receipt.js";

/** How many receipts are kept, and for how many milliseconds. The documentation names both. */
export interface ReceiptLimits {
  readonly count: number;
  readonly ageMs: number;
}

/** The limits unless somebody says otherwise: the last 500 receipts of the last 180 days. */
export const RECEIPT_LIMITS: ReceiptLimits = { count: 500, ageMs: 180 * 24 * 3_600_000 };

/**
 * What the installations of this machine did, one file a command. A rollback undoes what such a file says and nothing
 * else, so nobody who sends a command can choose packages or versions.
 */
export class ReceiptStore {
  constructor(
    readonly folder: StateFolder,
    readonly clock: Clock,
    readonly limits: ReceiptLimits = RECEIPT_LIMITS,
  ) {}

  /**
   * Keeps a command's receipt; it is on disk when this resolves. Then removes what is too old or too many.
   *
   * @throws StateError when the disk is full or the id cannot name a file.
   */
  async save(commandId: string, receipt: Receipt, facts: ReceiptFacts): Promise<void> {
    if (!canNameFile(commandId)) throw new StateError("No receipt can be kept under such a command id.");
    const savedAt = new Date(this.clock.now()).toISOString();
    await this.#write({ version: 1, commandId, savedAt, ...facts, receipt });
    await this.#forgetOld();
  }

  /**
   * Gives a receipt to another command id, as of the same time. Does nothing when there is none.
   *
   * @throws StateError when the file is damaged or the disk is full.
   */
  async rename(commandId: string, newId: string): Promise<void> {
    const stored = await this.find(commandId);
    if (!stored || !canNameFile(newId)) return;
    await this.#write({ ...stored, commandId: newId });
    await rm(this.folder.receipt(commandId), { force: true });
  }

  /**
   * The receipt of a command; undefined when this machine has none.
   *
   * @throws StateError when the file is damaged.
   */
  async find(commandId: string): Promise<StoredReceipt | undefined> {
    if (!canNameFile(commandId)) return undefined;
    const file = this.folder.receipt(commandId);
    const text = await readFileIfThere(file);
    if (text === undefined) return undefined;
    const stored = readStored(text);
    if (stored?.commandId === commandId) return stored;
    throw new StateError(`The receipt ${file} is damaged, so what it would undo is not known.`);
  }

  /** All readable receipts, newest first. */
  async list(): Promise<StoredReceipt[]> {
    const texts = await Promise.all((await this.#names()).map((name) => readFileIfThere(this.#file(name))));
    return texts
      .flatMap((text) => readStored(text ?? "") ?? [])
      .toSorted((a, b) => Date.parse(b.savedAt) - Date.parse(a.savedAt));
  }

  async #write(stored: Omit<StoredReceipt, "receipt"> & { readonly receipt: Receipt }): Promise<void> {
    await writeFileAtomically(this.folder.receipt(stored.commandId), `${JSON.stringify(stored)}\n`);
  }

  async #forgetOld(): Promise<void> {
    const files = await Promise.all(
      (await this.#names()).map(async (name) => {
        const facts = await stat(this.#file(name)).catch(() => undefined);
        return { name, modifiedAt: facts?.mtimeMs ?? 0 };
      }),
    );
    const newestFirst = files.toSorted((a, b) => b.modifiedAt - a.modifiedAt);
    const oldest = this.clock.now() - this.limits.ageMs;
    const old = newestFirst.filter((one, index) => index >= this.limits.count || one.modifiedAt < oldest);
    // What cannot be removed now is tried again with the next one, which is no reason to call this one lost.
    await Promise.allSettled(old.map((one) => rm(this.#file(one.name), { force: true })));
  }

  async #names(): Promise<string[]> {
    const names = await readdir(path.dirname(this.folder.receipt("any"))).catch(() => []);
    return names.filter((name) => name.endsWith(".json") && !name.startsWith("."));
  }

  #file(name: string): string {
    return this.folder.receipt(name.slice(0, -".json".length));
  }
}

function readStored(text: string): StoredReceipt | undefined {
  try {
    return v.parse(STORED_RECEIPT, JSON.parse(text));
  } catch {
    return undefined;
  }
}
