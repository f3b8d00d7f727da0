import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createInventory, itemOf, restartOf, type Inventory } from "./testing/inventory.js";
import type { ReportScanInput } from "./scans.inputs.js";

let inventory: Inventory;
beforeAll(async () => {
  inventory = await createInventory();
});
afterAll(() => inventory[Symbol.asyncDispose]());

const packages = ["curl", "bash", "vim"] as const;
const listing = fc.dictionary(fc.constantFrom(...packages), fc.constantFrom("2", "3", "4"), { maxKeys: 3 });
const status = fc.constantFrom("COMPLETE", "COMPLETE", "PARTIAL", "FAILED", "UNSUPPORTED");
const source = fc.constantFrom("apt", "snap");
const restarts = fc.option(fc.subarray([...packages]));
const scan = fc.record({ listing, status, source, restarts });

type Scan = typeof scan extends fc.Arbitrary<infer T> ? T : never;

const toInput = ({
  listing: candidates,
  status: state,
  source: name,
  restarts: waiting,
}: Scan): Partial<ReportScanInput> => ({
  source: name,
  pendingRestarts: waiting && waiting.map(restartOf),
  status: state as ReportScanInput["status"],
  items:
    state === "COMPLETE" || state === "PARTIAL"
      ? Object.entries(candidates).map(([key, candidate]) => itemOf(key, candidate))
      : [],
});

/** The truth that reports tell, without any database: per key the newest that says something about it. */
function truthOf(scans: readonly Scan[]): Record<string, string> {
  const truth = new Map<string, string>();
  for (const { listing: candidates, status: state, source: name } of scans) {
    if (state === "FAILED") continue;
    if (state !== "PARTIAL") {
      for (const known of truth.keys()) if (known.startsWith(`${name} `)) truth.delete(known);
    }
    if (state === "UNSUPPORTED") continue;
    for (const [key, candidate] of Object.entries(candidates)) truth.set(`${name} ${key}`, candidate);
  }
  return Object.fromEntries(truth);
}

async function knownOf(agentId: string): Promise<{ open: Record<string, string>; coverage: unknown }> {
  const rows = await inventory.database.query<{ key: string; candidate: string }>(
    "select source || ' ' || name as key, candidate_version as candidate from updates where agent_id = $1 and is_open",
    [agentId],
  );
  const coverage = await inventory.database.query(
    `select source, status, reason, digest, latest_number, decisive_number, completed_at, attempted_at,
       pending_restarts, restarts_number
     from coverage where agent_id = $1 order by source`,
    [agentId],
  );
  return { open: Object.fromEntries(rows.map(({ key, candidate }) => [key, candidate])), coverage };
}

test("reports in any order, with duplicates, come to what the newest per agent and source say", async () => {
  const histories = fc
    .array(scan, { minLength: 1, maxLength: 6 })
    .chain((scans) =>
      fc.tuple(
        fc.constant(scans),
        fc.shuffledSubarray([...scans.keys(), ...scans.keys()], { minLength: scans.length * 2 }),
      ),
    );
  await fc.assert(
    fc.asyncProperty(histories, async ([scans, order]) => {
      const inOrder = (await inventory.enrol()).caller;
      const shuffled = (await inventory.enrol()).caller;
      for (const [index, one] of scans.entries()) await inventory.report(inOrder, index + 1, toInput(one));
      for (const index of order) await inventory.report(shuffled, index + 1, toInput(scans[index]!));
      const expected = await knownOf(inOrder.id);
      expect(expected.open).toEqual(truthOf(scans));
      expect(await knownOf(shuffled.id)).toEqual(expected);
    }),
    { numRuns: 60 },
  );
  expect(await inventory.differences()).toEqual([]);
}, 60_000);
