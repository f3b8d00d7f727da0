import { expect, test } from "vitest";
import {
  openStates,
  statesAfter,
  updateStates,
  updateTransitions,
  type UpdateMove,
} from "./update-states.js";

const moves = Object.values(updateTransitions).flatMap((row) => Object.keys(row) as UpdateMove[]);

test("every state can be reached from PENDING, and every open one can end", () => {
  const reached = new Set<string>(["PENDING"]);
  for (const state of reached) {
    for (const next of Object.values(updateTransitions[state as keyof typeof updateTransitions]))
      reached.add(next);
  }
  expect([...reached].toSorted()).toEqual([...updateStates].toSorted());
  for (const state of openStates) {
    const seen = new Set<string>([state]);
    for (const at of seen) {
      for (const next of Object.values(updateTransitions[at as keyof typeof updateTransitions]))
        seen.add(next);
    }
    expect(seen.has("CLOSED") || seen.has("VERIFIED")).toBe(true);
  }
});

test("what is over stays over, save an install that is rolled back, and only what is over is not open", () => {
  const over = updateStates.filter((state) => {
    const ways = Object.keys(updateTransitions[state]);
    return ways.every((move) => state === "VERIFIED" && (move === "rollBack" || move === "giveWay"));
  });
  expect(over).toEqual(["VERIFIED", "CLOSED"]);
  expect([...openStates, ...over].toSorted()).toEqual([...updateStates].toSorted());
});

test("a move's states are those of the table", () => {
  expect(statesAfter("approve")).toEqual({
    PENDING: "APPROVED",
    FAILED: "APPROVED",
    ROLLED_BACK: "APPROVED",
  });
  for (const move of moves) {
    for (const [from, to] of Object.entries(statesAfter(move))) {
      expect(updateTransitions[from as keyof typeof updateTransitions][move]).toBe(to);
    }
  }
});

test("no move but an approval leads to APPROVED, save giving back what was approved", () => {
  const ways = new Set(moves.filter((move) => Object.values(statesAfter(move)).includes("APPROVED")));
  expect([...ways].toSorted()).toEqual(["approve", "giveBack", "overrule"]);
});
