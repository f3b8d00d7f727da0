import type { Plan } from "@redflag/plugin-sdk";
import { reversibilityToWire } from "../jobs/wire-plan.js";
import type { ClaimedCommand } from "../protocol/operations.js";
import type { StoredReceipt } from "../receipts/stored-receipt.js";
import { newCommandId } from "./command-id.js";
import { transactionOf } from "./plan-transaction.js";

/** How long an order may wait for its turn before it is too old to be begun, in milliseconds. */
const LIFE_MS = 24 * 3_600_000;

/** What somebody at the machine ordered, in the shape of a server's command, so that the same code carries it out. */
export interface LocalOrder extends ClaimedCommand {
  /** Who, by name. */
  readonly startedBy: string;
  /** ISO 8601, UTC. */
  readonly requestedAt: string;
  /** How far the install can be taken back, as its plan said; null for a rollback. */
  readonly reversibility: ReturnType<typeof reversibilityToWire> | null;
}

/** True if somebody at the machine ordered it and not the server. */
export function isLocalOrder(command: ClaimedCommand): command is LocalOrder {
  return "startedBy" in command;
}

/** The order to install exactly this plan. */
export function installOrder(plan: Plan, startedBy: string, now: number): LocalOrder {
  return {
    ...orderOf(plan.source, startedBy, now),
    type: "INSTALL",
    transaction: transactionOf(plan),
    reversibility: reversibilityToWire(plan),
  };
}

/** The order to take back what this receipt says. */
export function rollbackOrder(stored: StoredReceipt, startedBy: string, now: number): LocalOrder {
  const { commandId: rollsBack, receipt } = stored;
  return { ...orderOf(receipt.source, startedBy, now), type: "ROLLBACK", rollsBack };
}

function orderOf(source: string, startedBy: string, now: number): Omit<LocalOrder, "type"> {
  return {
    id: newCommandId(now),
    source,
    attempt: 1,
    leaseSeconds: 60,
    deadlineAt: new Date(now + LIFE_MS).toISOString(),
    startedAt: null,
    refresh: null,
    wanted: null,
    transaction: null,
    keys: null,
    rollsBack: null,
    startedBy,
    requestedAt: new Date(now).toISOString(),
    reversibility: null,
  };
}
