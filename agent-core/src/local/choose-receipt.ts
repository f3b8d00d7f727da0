import { isMoved } from "../jobs/rollback-plan.js";
import type { StoredReceipt } from "../receipts/stored-receipt.js";
import { secondCommandId } from "./command-id.js";

/** A receipt to undo, or why there is none, for people. */
export type ChosenReceipt = { readonly receipt: StoredReceipt } | { readonly problem: string };

/**
 * Finds the installation that somebody means.
 *
 * @param receipts all of this machine, newest first.
 * @param wanted a receipt's id, or "last" for the newest installation that was not taken back.
 */
export function chooseReceipt(receipts: readonly StoredReceipt[], wanted: string): ChosenReceipt {
  const takenBack = new Set(
    receipts
      .filter(({ receipt }) => receipt.outcome === "succeeded")
      // An installation of an earlier enrolment has its second id by now.
      .flatMap(({ rollsBack }) => (rollsBack === null ? [] : [rollsBack, secondCommandId(rollsBack)])),
  );
  const standing = receipts.filter(
    ({ type, commandId, receipt }) =>
      type === "INSTALL" && !takenBack.has(commandId) && receipt.items.some(isMoved),
  );
  if (wanted === "last") {
    const [receipt] = standing;
    return receipt ? { receipt } : { problem: "There is no installation to roll back." };
  }
  const found = receipts.find(({ commandId }) => commandId === wanted);
  if (!found) return { problem: "There is no such receipt here. See redflag-agent receipts." };
  if (found.type !== "INSTALL")
    return { problem: "That is itself a rollback; only an installation is rolled back." };
  if (takenBack.has(wanted)) return { problem: "That installation was rolled back already." };
  if (!standing.includes(found))
    return { problem: "That installation changed nothing, so nothing goes back." };
  const later = standing.slice(0, standing.indexOf(found)).find((one) => hasCommon(one, found));
  if (!later) return { receipt: found };
  return {
    problem: `A later installation changed the same packages. Roll that one back first: ${later.commandId}`,
  };
}

function hasCommon(one: StoredReceipt, other: StoredReceipt): boolean {
  if (one.receipt.source !== other.receipt.source) return false;
  const keys = new Set(one.receipt.items.filter(isMoved).map(({ key }) => key));
  return other.receipt.items.some((line) => isMoved(line) && keys.has(line.key));
}
