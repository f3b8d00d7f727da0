/** The way of one candidate version on one agent. */
export const updateStates = [
  "PENDING",
  "APPROVED",
  "REJECTED",
  "INSTALLING",
  "INSTALLED",
  "RESTART_NEEDED",
  "VERIFIED",
  "FAILED",
  "ROLLED_BACK",
  "CLOSED",
] as const;
export type UpdateState = (typeof updateStates)[number];

/** The states in which an update still wants something; at most one such update per agent, source and key. */
export const openStates = [
  "PENDING",
  "APPROVED",
  "REJECTED",
  "INSTALLING",
  "INSTALLED",
  "RESTART_NEEDED",
  "FAILED",
  "ROLLED_BACK",
] as const;
export type OpenState = (typeof openStates)[number];

/**
 * What moves an update. People's decisions: `approve`, `overrule` (approve what was rejected) and `reject`.
 * Facts of commands: `begin`, `succeed`, `fail`, `giveBack` when nothing had been changed, `rollBack`, and
 * `giveWay` when what is rolled back is over and another candidate of the package is open. Facts of scans:
 * `awaitRestart`, `prove`, `contradict`, `close`.
 */
export type UpdateMove =
  | "approve"
  | "overrule"
  | "reject"
  | "begin"
  | "succeed"
  | "fail"
  | "giveBack"
  | "rollBack"
  | "giveWay"
  | "awaitRestart"
  | "prove"
  | "contradict"
  | "close";

/**
 * The state machine. A move that a state does not name leaves it as it is: a decision is refused then, a
 * fact comes too late. Decisions need a state that waits for one; facts of commands hold in every open
 * state, because the machine may be ahead of what we know.
 */
export const updateTransitions: Readonly<
  Record<UpdateState, Readonly<Partial<Record<UpdateMove, UpdateState>>>>
> = {
  PENDING: {
    approve: "APPROVED",
    reject: "REJECTED",
    begin: "INSTALLING",
    succeed: "INSTALLED",
    fail: "FAILED",
    // The scan after a rollback was told before the rollback's end.
    rollBack: "ROLLED_BACK",
    close: "CLOSED",
  },
  APPROVED: {
    reject: "REJECTED",
    begin: "INSTALLING",
    succeed: "INSTALLED",
    fail: "FAILED",
    close: "CLOSED",
  },
  REJECTED: {
    overrule: "APPROVED",
    begin: "INSTALLING",
    succeed: "INSTALLED",
    fail: "FAILED",
    close: "CLOSED",
  },
  INSTALLING: { succeed: "INSTALLED", fail: "FAILED", giveBack: "APPROVED" },
  INSTALLED: {
    rollBack: "ROLLED_BACK",
    awaitRestart: "RESTART_NEEDED",
    prove: "VERIFIED",
    contradict: "FAILED",
    close: "CLOSED",
  },
  RESTART_NEEDED: { rollBack: "ROLLED_BACK", prove: "VERIFIED", contradict: "FAILED", close: "CLOSED" },
  VERIFIED: { rollBack: "ROLLED_BACK", giveWay: "CLOSED" },
  FAILED: {
    approve: "APPROVED",
    reject: "REJECTED",
    begin: "INSTALLING",
    succeed: "INSTALLED",
    rollBack: "ROLLED_BACK",
    close: "CLOSED",
  },
  ROLLED_BACK: {
    approve: "APPROVED",
    reject: "REJECTED",
    begin: "INSTALLING",
    succeed: "INSTALLED",
    fail: "FAILED",
    prove: "ROLLED_BACK",
    close: "CLOSED",
  },
  CLOSED: {},
};

/** Where a move leads from each state that allows it, as projectors hand it to SQL. */
export function statesAfter(move: UpdateMove): Record<string, UpdateState> {
  const pairs = updateStates.flatMap((state) => {
    const next = updateTransitions[state][move];
    return next === undefined ? [] : [[state, next] as const];
  });
  return Object.fromEntries(pairs);
}
