import { afterAll, beforeAll, expect, test } from "vitest";
import type { AgentCaller } from "../access/caller.js";
import { inTransaction } from "../database/unit-of-work.js";
import { createInventory, itemOf, reportOf, type Inventory } from "./testing/inventory.js";
import { readReport } from "./read-report.js";
import { recordScan } from "./record-scan.js";

let inventory: Inventory;
beforeAll(async () => {
  inventory = await createInventory();
});
afterAll(() => inventory[Symbol.asyncDispose]());

interface Listed {
  name: string;
  candidate: string;
  state: string;
}
const listed = (agent: AgentCaller) =>
  inventory.updates<Listed>(agent.id, "name, candidate_version as candidate, state");
const coverage = async (agent: AgentCaller) => {
  const [row] = await inventory.database.query("select * from source_coverage where agent_id = $1", [
    agent.id,
  ]);
  return row;
};

test("a first report opens updates with all their facts, counted", async () => {
  const { caller } = await inventory.enrol();
  const details = JSON.stringify({ section: "utils", more: ["a", null, 1.5] });
  const item = itemOf("curl", "2", {
    kind: "SECURITY",
    severity: "CRITICAL",
    advisories: ["DSA-1", 'CVE-2026-"1"'],
    downloadBytes: 2 ** 40,
    isHeldByMark: true,
    keptBackReason: "A plain upgrade leaves it out, because it removes\u202e vim.",
    releaseNotesUrl: "https://example.org/notes",
    details,
  });
  await inventory.report(caller, 1, { items: [item, itemOf("bash")] });
  const columns =
    "name, advisories, download_bytes, is_held, urgency, kept_back_reason, details, origin, state";
  expect(await inventory.updates(caller.id, columns)).toEqual(
    expect.arrayContaining([
      {
        name: "curl",
        advisories: ["DSA-1", 'CVE-2026-"1"'],
        download_bytes: 2 ** 40,
        is_held: true,
        urgency: 9,
        kept_back_reason: "A plain upgrade leaves it out, because it removes  vim.",
        details: JSON.parse(details),
        origin: null,
        state: "PENDING",
      },
    ]),
  );
  expect(
    await inventory.database.query("select * from agent_update_counts where agent_id = $1", [caller.id]),
  ).toEqual([
    { agent_id: caller.id, total: 2, security: 1, critical: 1, high: 0, held: 1, restart_needed: 0 },
  ]);
  expect(await inventory.differences()).toEqual([]);
});

test("a duplicate and a late report change nothing", async () => {
  const { caller } = await inventory.enrol();
  const first = await inventory.report(caller, 1, { items: [itemOf("curl"), itemOf("bash")] });
  const second = await inventory.report(caller, 2, { items: [itemOf("curl", "3")] });
  const before = await listed(caller);
  expect(await inventory.report(caller, 2, { items: [itemOf("curl", "3")] })).toBe(second);
  expect(await inventory.report(caller, 1, { items: [itemOf("curl"), itemOf("bash")] })).toBe(first);
  expect(await inventory.report(caller, 1, { source: "snap" })).not.toBeNull();
  expect(await listed(caller)).toEqual(before);
  const { caller: other } = await inventory.enrol();
  await inventory.report(other, 7, { items: [itemOf("curl")] });
  expect(await inventory.report(other, 6, { items: [itemOf("bash")] })).toBeNull();
  expect(await listed(other)).toMatchObject([{ name: "curl" }]);
});

test("what a complete scan no longer lists is closed; a failed one keeps everything and says why", async () => {
  const { caller } = await inventory.enrol();
  await inventory.report(caller, 1, { items: [itemOf("curl"), itemOf("bash"), itemOf("vim")] });
  await inventory.report(caller, 2, { status: "FAILED" });
  expect(await listed(caller)).toHaveLength(3);
  expect(await coverage(caller)).toMatchObject({ state: "FAILED", reason: "The mirror cannot be reached." });
  const installed = [{ key: "bash:amd64", version: "2" }];
  await inventory.report(caller, 3, { items: [itemOf("vim", "3")], installed });
  const rows = await inventory.updates(caller.id, "name, candidate_version, state, closed_reason");
  expect(rows).toEqual(
    expect.arrayContaining([
      { name: "curl", candidate_version: "2", state: "CLOSED", closed_reason: "WITHDRAWN" },
      { name: "bash", candidate_version: "2", state: "CLOSED", closed_reason: "INSTALLED_ELSEWHERE" },
      { name: "vim", candidate_version: "2", state: "CLOSED", closed_reason: "SUPERSEDED" },
      { name: "vim", candidate_version: "3", state: "PENDING", closed_reason: null },
    ]),
  );
  expect(await inventory.differences()).toEqual([]);
});

test("the first day of a candidate survives new facts, and its disappearing for a while", async () => {
  const { caller } = await inventory.enrol();
  await inventory.report(caller, 1, { items: [itemOf("curl")] });
  const [before] = await inventory.updates<{ at: Date }>(caller.id, "discovered_at as at");
  await inventory.report(caller, 2, { items: [itemOf("curl", "2", { severity: "HIGH" })] });
  await inventory.report(caller, 3, { items: [] });
  await inventory.report(caller, 4, { items: [itemOf("curl")] });
  const after = await inventory.updates<{ at: Date; state: string }>(caller.id, "discovered_at as at, state");
  expect(after.map(({ at }) => at)).toEqual([before?.at, before?.at]);
  expect(after.map(({ state }) => state).toSorted()).toEqual(["CLOSED", "PENDING"]);
});

test("a confirmation keeps its worth when a failed scan follows", async () => {
  const { caller } = await inventory.enrol();
  await inventory.report(caller, 1, { items: [] });
  const confirmedAt = new Date(Date.now() - 60_000);
  await inventory.database.query(
    "insert into source_presence (agent_id, source, confirmed_at) values ($1, 'apt', $2)",
    [caller.id, confirmedAt],
  );
  expect(await coverage(caller)).toMatchObject({ state: "FRESH", completed_at: confirmedAt });
  await inventory.report(caller, 2, { status: "PARTIAL" });
  expect(await coverage(caller)).toMatchObject({ state: "FAILED", completed_at: confirmedAt });
  expect(await inventory.differences()).toEqual([]);
});

test("two reports at once, each many times, are recorded once each", async () => {
  const { caller } = await inventory.enrol();
  const items = Array.from({ length: 50 }, (_, index) => itemOf(`package-${index}`));
  const one = { items };
  const two = { items: [...items.slice(10), itemOf("new")] };
  const ids = await Promise.all(
    Array.from({ length: 8 }, (_, index) => inventory.report(caller, (index % 2) + 1, index % 2 ? two : one)),
  );
  expect(new Set(ids.filter((id, index) => index % 2 === 1 && id !== null)).size).toBe(1);
  const open = (await listed(caller)).filter(({ state }) => state === "PENDING");
  expect(open.map(({ name }) => name).toSorted()).toEqual(two.items.map(({ name }) => name).toSorted());
  const scans = await inventory.database.query("select scan_number from scans where agent_id = $1", [
    caller.id,
  ]);
  expect(scans.length).toBeLessThanOrEqual(2);
  expect(await inventory.differences()).toEqual([]);
});

test("eight workers report for the same agents without a deadlock", async () => {
  const agents = await Promise.all(Array.from({ length: 4 }, () => inventory.enrol()));
  const work = Array.from({ length: 8 }, async (_, worker) => {
    for (let scan = 1; scan <= 6; scan += 1) {
      for (const { caller } of agents) {
        const items = [itemOf("curl", String(scan + 1)), itemOf(`only-${scan}`)];
        await recordScan(inventory.parts, caller, readReport(reportOf(scan + (worker % 2), { items })));
      }
    }
  });
  await Promise.all(work);
  for (const { caller } of agents) {
    const open = (await listed(caller)).filter(({ state }) => state === "PENDING");
    expect(open).toHaveLength(2);
  }
  expect(await inventory.differences()).toEqual([]);
});

test("a report whose event cannot be stored leaves nothing behind", async () => {
  const { caller } = await inventory.enrol();
  const report = readReport(reportOf(1, { items: [itemOf("curl")] }));
  const failing = { ...inventory.parts.events, append: async () => Promise.reject(new Error("boom")) };
  const parts = { ...inventory.parts, events: failing as unknown as typeof inventory.parts.events };
  await expect(recordScan(parts, caller, report)).rejects.toThrow("boom");
  expect(await listed(caller)).toEqual([]);
  expect(await coverage(caller)).toBeUndefined();
});

test("C25 a report over the limit is refused, and what was known stays", async () => {
  const { caller } = await inventory.enrol();
  await inventory.report(caller, 1, { items: [itemOf("curl")] });
  const items = Array.from({ length: 10_001 }, (_, index) => itemOf(`p${index}`));
  const tooMuch = async () => inventory.report(caller, 2, { items });
  await expect(tooMuch()).rejects.toMatchObject({ code: "LIMIT_EXCEEDED", limit: 10_000 });
  expect(await listed(caller)).toMatchObject([{ name: "curl", state: "PENDING" }]);
  expect(await inventory.report(caller, 2, { items: items.slice(1) })).not.toBeNull();
  expect(
    await inventory.database.query("select total from agent_update_counts where agent_id = $1", [caller.id]),
  ).toEqual([{ total: 10_000 }]);
  await inventory.report(caller, 3, { items: [] });
}, 60_000);

test("a retired agent reports nothing", async () => {
  const { caller } = await inventory.enrol();
  await inTransaction(inventory.database, (tx) =>
    tx.query("update agents set retired_at = now() where id = $1", [caller.id]),
  );
  await expect(inventory.report(caller, 1)).rejects.toMatchObject({
    extensions: { code: "UNAUTHENTICATED" },
  });
  await inventory.database.query("update agents set retired_at = null where id = $1", [caller.id]);
});
