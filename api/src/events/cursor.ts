/** A place in the order of events: behind the event with this transaction and id. */
export interface Cursor {
  /** xid8 of the transaction, as decimal text. */
  readonly txid: string;
  readonly id: string;
}

const NIL_UUID = "00000000-0000-0000-0000-000000000000";
const CURSOR = /^(\d{1,20})\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/** Before the first event. */
export const beginning: Cursor = { txid: "0", id: NIL_UUID };

/** Before the first event of this transaction. */
export function beforeTransaction(txid: string): Cursor {
  return { txid, id: NIL_UUID };
}

/** The opaque text that goes out as `sequence`. */
export function encodeCursor(cursor: Cursor): string {
  return Buffer.from(`${cursor.txid}.${cursor.id}`).toString("base64url");
}

/** Reads such a text again; nothing when it is not one of ours. */
export function decodeCursor(text: string): Cursor | undefined {
  const [, txid, id] = CURSOR.exec(Buffer.from(text, "base64url").toString()) ?? [];
  if (txid === undefined || id === undefined || BigInt(txid) >= 2n ** 64n) return undefined;
  return { txid, id };
}

/** Negative, zero or positive, as for `toSorted`. */
export function compareCursors(a: Cursor, b: Cursor): number {
  const byTransaction = BigInt(a.txid) - BigInt(b.txid);
  if (byTransaction !== 0n) return byTransaction < 0n ? -1 : 1;
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}
