import { expect, test } from "vitest";

import type { Hold } from "./hold-fragment.js";
import { holdersInWords, machineAnswer } from "./hold-words.js";

const hold = (part: Partial<Hold>): Hold => ({
  isHeld: true,
  heldBy: ["REDFLAG"],
  holdReason: null,
  holdSetBy: "alice",
  holdSetAt: "2026-11-21T10:00:00.000Z",
  holdCommand: null,
  ...part,
});
type Command = NonNullable<Hold["holdCommand"]>;
const command = (part: Partial<Command>): Command => ({
  id: "cmd_1",
  type: "HOLD",
  state: "SUCCEEDED",
  waitingReason: null,
  failure: null,
  ...part,
});

test("a command that has not ended says what it waits for", () => {
  const waiting = command({ state: "QUEUED", waitingReason: "The agent has been offline for 3 hours." });
  expect(machineAnswer(hold({ holdCommand: waiting }))).toEqual({
    is: "waiting",
    reason: "The agent has been offline for 3 hours.",
  });
});

test("a hold that the machine does not follow says why", () => {
  const failed = command({ state: "FAILED", failure: { message: "Holding packages needs root." } });
  expect(machineAnswer(hold({ holdCommand: failed }))).toEqual({
    is: "not-enforced",
    reason: "Holding packages needs root.",
  });
  expect(machineAnswer(hold({}))?.reason).toBe("Its agent was not asked to.");
  expect(machineAnswer(hold({ holdCommand: command({}) }))?.reason).toBe(
    "Somebody released it at the machine.",
  );
  expect(machineAnswer(hold({ holdCommand: command({ state: "CANCELLED" }) }))?.reason).toContain(
    "cancelled",
  );
});

test("a machine that follows, and one where nobody asked, have nothing to say", () => {
  const followed = hold({ heldBy: ["REDFLAG", "MACHINE_MARK"], holdCommand: command({}) });
  expect(machineAnswer(followed)).toBe(null);
  expect(machineAnswer(hold({ heldBy: ["MACHINE_MARK"], holdSetBy: null }))).toBe(null);
  expect(machineAnswer(hold({ isHeld: false, heldBy: [], holdCommand: command({ type: "RELEASE" }) }))).toBe(
    null,
  );
  const kept = command({ type: "RELEASE", state: "FAILED", failure: { message: "apt is busy." } });
  expect(machineAnswer(hold({ heldBy: ["MACHINE_MARK"], holdCommand: kept }))).toEqual({
    is: "not-released",
    reason: "apt is busy.",
  });
});

test("the hint names every holder", () => {
  const all = hold({ heldBy: ["REDFLAG", "MACHINE_MARK", "MACHINE_PIN"], holdReason: "Tuesday." });
  expect(holdersInWords(all)).toBe(
    "Held by RedFlag (alice): Tuesday.; by a mark on the machine; by a pin on the machine",
  );
});
