import { expect, test } from "vitest";
import type { TransactionItem } from "./plans.events.js";
import { planSummaries as say } from "./summarize-plans.js";

const id = "01930000-0000-7000-8000-000000000000";
const about = { planId: id, source: "apt", commandId: id };
const item: TransactionItem = {
  key: "curl",
  name: "curl",
  architecture: null,
  fromVersion: "1",
  toVersion: "2",
  isDowngrade: false,
  origin: null,
  downloadBytes: null,
};
const resolved = {
  ...about,
  digest: "ab".repeat(32),
  items: [item],
  alsoInstalls: [],
  alsoRemoves: [],
  alsoKept: [],
  downloadBytes: null,
  diskBytes: null,
  restartsServices: null,
  requiresReboot: null,
  restartReasons: [],
  reversibility: null,
  blockers: [],
  expiresAt: "2026-01-01T00:00:00.000Z",
  token: null,
};

test("the source names the kind of plan, and counts say what it holds", () => {
  const updates = [{ updateId: id, key: "curl", candidateVersion: "2" }];
  expect(say.requested({ ...about, updates })).toBe("Asked for an apt plan of 1 update.");
  expect(say.resolved(resolved)).toBe("Resolved the apt plan: 1 update.");
  expect(say.resolved({ ...resolved, alsoInstalls: [item, item], alsoRemoves: [item] })).toBe(
    "Resolved the apt plan: 1 update, 2 more to install, 1 to remove.",
  );
  const back = { ...item, isDowngrade: true };
  expect(say.resolved({ ...resolved, items: [item, back], alsoInstalls: [back] })).toBe(
    "Resolved the apt plan: 2 updates, 1 more to install, 2 back to an older version.",
  );
  expect(say.failed({ ...about, failure: { code: "OFFLINE", message: "No network." } })).toBe(
    "Could not resolve the apt plan: No network.",
  );
  const approvals = [{ updateId: id, decidedBy: "alice", decidedAt: null }];
  const { digest } = resolved;
  expect(say.started({ ...about, digest, acceptedRemovals: false, approvals })).toBe(
    "Started the apt install of 1 update as planned, digest abababababab.",
  );
});
