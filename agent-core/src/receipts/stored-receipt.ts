import * as v from "valibot";
import { RECEIPT } from "../plugins/check-receipt.js";

const FACTS = {
  /** What made the receipt. A rollback leaves one, too. */
  type: v.picklist(["INSTALL", "ROLLBACK"]),
  /** Who gave the order: the server, or somebody at this machine. */
  origin: v.picklist(["SERVER", "MACHINE"]),
  /** The person at this machine; null when the server knows who it was. */
  requestedBy: v.nullable(v.pipe(v.string(), v.minLength(1), v.maxLength(255))),
  /** The command whose installation a rollback took back; null for an installation. */
  rollsBack: v.nullable(v.string()),
};

/** A receipt as it lies on disk. */
export const STORED_RECEIPT = v.object({
  version: v.literal(1),
  commandId: v.string(),
  /** ISO 8601, UTC. */
  savedAt: v.pipe(v.string(), v.isoTimestamp()),
  ...FACTS,
  receipt: RECEIPT,
});

/** What one command of this machine did, and at whose word. */
export type StoredReceipt = v.InferOutput<typeof STORED_RECEIPT>;

/** Who wanted it and from where. */
export type ReceiptFacts = Pick<StoredReceipt, keyof typeof FACTS>;
