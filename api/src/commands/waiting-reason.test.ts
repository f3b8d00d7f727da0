import { expect, test } from "vitest";
import { waitingReason, type WaitingCommand } from "./waiting-reason.js";

const waiting: WaitingCommand = {
  state: "QUEUED",
  attempt: 0,
  isCancelRequested: false,
  isBehindChange: false,
  silentSeconds: 5,
  offlineAfterSeconds: 900,
};

test.each([
  [{}, "Waiting for the agent to answer."],
  [{ silentSeconds: 3 * 3600 + 59 }, "The agent has been offline for 3 hours."],
  [{ silentSeconds: 86_400 }, "The agent has been offline for 1 day."],
  [{ silentSeconds: 900 }, "The agent has been offline for 15 minutes."],
  [{ silentSeconds: null }, "The agent has not been heard of yet."],
  [{ isBehindChange: true }, "Another command that changes this machine comes first."],
  [{ attempt: 2 }, "The agent went silent while it had this in hand; attempt 3 of 5 waits for it."],
  [{ state: "CLAIMED", attempt: 1 }, "The agent has taken it and has not begun yet."],
  [{ state: "RUNNING", attempt: 1 }, null],
  [{ state: "RUNNING", attempt: 1, isCancelRequested: true }, "Waiting for the agent to stop."],
  [{ state: "FAILED", silentSeconds: null }, null],
] as const)("a command like %o waits for: %s", (more, reason) => {
  expect(waitingReason({ ...waiting, ...more })).toBe(reason);
});
