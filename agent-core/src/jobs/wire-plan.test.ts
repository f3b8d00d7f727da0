import { type Plan, planDigest } from "@redflag/plugin-sdk";
import { expect, test } from "vitest";
import type { ResolvedPlanInput, Transaction } from "../protocol/operations.js";
import { planFromWire, planToWire } from "./wire-plan.js";

const content = {
  items: [
    { key: "a", name: "a", arch: "amd64", fromVersion: "2", toVersion: "1", origin: "Debian", sizeBytes: 7 },
  ],
  alsoInstalls: [{ key: "b", name: "b", fromVersion: null, toVersion: "1" }],
  alsoRemoves: [{ key: "c", name: "c", fromVersion: "1" }],
};
const plan: Plan = {
  ...content,
  id: "made-here",
  source: "toy",
  alsoKept: [
    {
      key: "d",
      name: "d",
      arch: "amd64",
      installedVersion: "1",
      candidateVersion: "2",
      reason: "held\u001b[31m",
    },
  ],
  downgrades: ["a"],
  restarts: { services: ["web.service"], system: null, reasons: ["a restarts web.service."] },
  blockers: [],
  digest: planDigest(content),
  expiresAt: "2999-01-01T00:00:00.000Z",
  token: "note",
};

/** What the server answers with: the same, with null for what is absent. */
function handedBack(told: ResolvedPlanInput): Transaction {
  const whole = (items: ResolvedPlanInput["items"]): Transaction["items"] =>
    items.map((item) => ({
      architecture: null,
      fromVersion: null,
      toVersion: null,
      origin: null,
      downloadBytes: null,
      ...item,
      isDowngrade: item.isDowngrade ?? false,
    })) as Transaction["items"];
  const { digest, expiresAt, token = null } = told;
  const { items, alsoInstalls, alsoRemoves } = told;
  return {
    id: "plan_1",
    items: whole(items),
    alsoInstalls: whole(alsoInstalls),
    alsoRemoves: whole(alsoRemoves),
    digest,
    expiresAt,
    token,
  };
}

test("a plan tells what stays, what goes back and why something restarts, with escapes made visible", () => {
  const told = planToWire(plan);
  expect(told.items[0]?.isDowngrade).toBe(true);
  expect(told.alsoInstalls[0]?.isDowngrade).toBe(false);
  expect(told.restartReasons).toEqual(["a restarts web.service."]);
  expect(told.alsoKept).toMatchObject([
    { name: "d", architecture: "amd64", installedVersion: "1", candidateVersion: "2" },
  ]);
  expect(told.alsoKept?.[0]?.reason).not.toContain("\u001b");
});

test("what comes back from the server is the transaction that was resolved, to the digest", () => {
  const transaction = handedBack(planToWire(plan));
  const again = planFromWire("toy", transaction);
  expect(again).toMatchObject({ ...content, downgrades: ["a"], digest: plan.digest, token: "note" });
  const changed = { ...transaction, items: [{ ...transaction.items[0]!, toVersion: "3" }] };
  expect(() => planFromWire("toy", changed)).toThrow("somebody changed it");
});
