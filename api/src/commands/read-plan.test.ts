import { expect, test } from "vitest";
import { readPlan, type PlanInput } from "./read-plan.js";
import { planOf } from "./testing/agent-words.js";

const read = (more: Partial<PlanInput>) => readPlan(planOf(["curl"], more), new Date());
const kept = { name: "lib", installedVersion: "1", candidateVersion: "2", reason: "It is held." };
const item = { key: "curl", name: "curl", fromVersion: "2", toVersion: "1", isDowngrade: true };

test("what a plan tells beside its transaction is kept as it came", () => {
  const plan = read({ items: [item], alsoKept: [kept], restartReasons: ["curl restarts a.service."] });
  expect(plan).toMatchObject({
    items: [{ key: "curl", isDowngrade: true }],
    alsoKept: [{ ...kept, architecture: null }],
    restartReasons: ["curl restarts a.service."],
  });
  expect(read({})).toMatchObject({ items: [{ isDowngrade: false }], alsoKept: [], restartReasons: [] });
});

test("reasons are cut to what people read, and stay storable", () => {
  const reasons = ["", " ", `${"x".repeat(999)}😀`, "a\0b", ...Array.from({ length: 200 }, () => "more")];
  const plan = read({ restartReasons: reasons, alsoKept: [{ ...kept, reason: "y".repeat(5_000) }] });
  expect(plan.restartReasons.length).toBeLessThanOrEqual(100);
  expect(plan.restartReasons.slice(0, 2)).toEqual(["x".repeat(999), "ab"]);
  expect(plan.alsoKept[0]?.reason).toHaveLength(1_000);
});

test.each([
  [
    "a new package that goes back",
    { items: [{ ...item, fromVersion: null }] },
    ["items", "0", "isDowngrade"],
  ],
  ["a removal that goes back", { alsoRemoves: [{ ...item, toVersion: null }] }, ["alsoRemoves", "0"]],
  ["a kept package without a version", { alsoKept: [{ ...kept, installedVersion: "" }] }, ["alsoKept", "0"]],
  ["too many kept packages", { alsoKept: Array.from({ length: 10_001 }, () => kept) }, []],
] as const)("%s is refused at its place", (_, more, place) => {
  expect(() => read(more)).toThrow(
    expect.objectContaining({ path: expect.arrayContaining(["input", "plan", ...place]) }),
  );
});
