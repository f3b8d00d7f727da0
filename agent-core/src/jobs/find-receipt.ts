import type { Receipt } from "@redflag/plugin-sdk";
import type { ClaimedCommand, FailureInput } from "../protocol/operations.js";
import type { ReceiptStore } from "../receipts/receipt-store.js";
import type { ReceiptFacts } from "../receipts/stored-receipt.js";
import { StateError } from "../state/state-error.js";
import { isMoved } from "./rollback-plan.js";
import { failureOf } from "./wire-failure.js";

/**
 * The receipt that this machine itself kept of the installation which a command shall take back, or why there is none:
 * the command can name an installation, and nothing of what is undone comes from it.
 */
export async function findInstallReceipt(
  receipts: ReceiptStore,
  { rollsBack, source }: ClaimedCommand,
): Promise<Receipt | FailureInput> {
  if (rollsBack === null) return failureOf("UNSUPPORTED", "The command names no install to roll back.");
  const unknown = (why: string): FailureInput => failureOf("RECEIPT_UNKNOWN", `${why} Nothing was done.`);
  try {
    const stored = await receipts.find(rollsBack);
    if (!stored) {
      return unknown(
        "This machine has no receipt of that install: it was made elsewhere or too long ago, or the agent's state was lost.",
      );
    }
    if (stored.type !== "INSTALL") return unknown("What shall be rolled back is itself a rollback.");
    if (stored.receipt.source !== source) {
      return unknown(`The receipt of that install is one of ${stored.receipt.source}, not of ${source}.`);
    }
    if (!stored.receipt.items.some(isMoved)) {
      return failureOf("UNSUPPORTED", "That install changed nothing on this machine, so nothing goes back.");
    }
    return stored.receipt;
  } catch (error) {
    if (error instanceof StateError) return unknown(error.message);
    throw error;
  }
}

/** At whose word a command changes the machine. What somebody at the machine ordered says who. */
export function receiptFacts(command: ClaimedCommand & { readonly startedBy?: string }): ReceiptFacts {
  const { type, rollsBack, startedBy } = command;
  return {
    type: type === "ROLLBACK" ? type : "INSTALL",
    origin: startedBy === undefined ? "SERVER" : "MACHINE",
    requestedBy: startedBy ?? null,
    rollsBack,
  };
}
