import type { ClaimedCommand } from "../protocol/operations.js";

/** A SCAN command with a deadline far away, changed as wished. */
export function sampleCommand(changes: Partial<ClaimedCommand> = {}): ClaimedCommand {
  return {
    id: "cmd_1",
    type: "SCAN",
    source: "toy",
    attempt: 1,
    leaseSeconds: 120,
    deadlineAt: "2999-01-01T00:00:00.000Z",
    startedAt: null,
    refresh: false,
    wanted: null,
    transaction: null,
    keys: null,
    rollsBack: null,
    ...changes,
  };
}
