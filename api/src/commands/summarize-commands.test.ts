import { expect, test } from "vitest";
import type { CommandItem, CommandPayload } from "./commands.events.js";
import { commandSummaries as say } from "./summarize-commands.js";

const id = "01930000-0000-7000-8000-000000000000";
const at = "2026-01-01T00:00:00.000Z";
const install = {
  commandId: id,
  type: "INSTALL" as const,
  source: "apt",
  planId: id,
  updateIds: [id, id],
  keys: [],
};
const scan = { ...install, type: "SCAN" as const, source: "docker", planId: null, updateIds: [] };
const failure = { code: "LOCKED", message: "Another package manager is at work." };

test("the source names the kind of command, never what is installed", () => {
  const queued = { deadlineAt: at, beginBefore: at, refresh: null, rollsBack: null };
  expect(say.queued({ ...install, ...queued })).toBe("Queued an apt install of 2 updates.");
  expect(say.queued({ ...scan, ...queued })).toBe("Queued a docker scan.");
  expect(say.queued({ ...install, ...queued, type: "ROLLBACK", planId: null, rollsBack: id })).toBe(
    "Queued an apt rollback of 2 updates.",
  );
  const hold = { ...install, ...queued, type: "HOLD" as const, planId: null, keys: ["curl", "bash"] };
  expect(say.queued(hold)).toBe("Queued an apt hold of 2 updates.");
  expect(say.claimed({ ...install, attempt: 1, deadlineAt: at })).toBe("Took the apt install into hand.");
  expect(say.claimed({ ...install, attempt: 2, deadlineAt: at })).toBe(
    "Took the apt install into hand again: attempt 2.",
  );
  expect(say.expired({ ...scan, attempt: 0, failure, updates: [] })).toBe(
    "The docker scan expired: Another package manager is at work.",
  );
});

const item = (outcome: CommandItem["outcome"]): CommandItem => ({
  key: "curl",
  name: "curl",
  architecture: null,
  outcome,
  fromVersion: "1",
  toVersion: "2",
  message: null,
});

const end = (more: Partial<CommandPayload<"command.finished">>): string =>
  say.finished({
    ...install,
    attempt: 1,
    state: "SUCCEEDED",
    failure: null,
    restart: null,
    restartReasons: [],
    items: [item("SUCCEEDED"), item("SUCCEEDED")],
    updates: [],
    agentStartedAt: null,
    agentFinishedAt: null,
    ...more,
  });

test("the end says for how much it holds, and why it is not all", () => {
  expect(end({})).toBe("The apt install succeeded: 2 packages.");
  expect(end({ type: "PLAN", items: [] })).toBe("The apt plan is ready.");
  expect(end({ type: "SCAN", items: [] })).toBe("The apt scan succeeded.");
  const items = [item("SUCCEEDED"), item("FAILED")];
  expect(end({ state: "PARTIALLY_SUCCEEDED", items, failure })).toBe(
    "The apt install succeeded in part, for 1 of 2 packages: Another package manager is at work.",
  );
  expect(end({ state: "FAILED", items: [], failure })).toBe(
    "The apt install failed: Another package manager is at work.",
  );
  expect(end({ state: "CANCELLED", items: [] })).toBe("The apt install was cancelled.");
});
