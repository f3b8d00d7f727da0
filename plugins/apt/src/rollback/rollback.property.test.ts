import * as fc from "fast-check";
import type { Receipt } from "@redflag/plugin-sdk";
import { expect, test } from "vitest";

import { readInstalled } from "../packages/installed.js";
import { scan } from "../scan/scan.js";
import { describeApt } from "../testing/apt-suite.js";
import { installPlan, planPackages, rollBack } from "../testing/apt-world.js";
import { makeCall, type TestContext } from "../testing/test-context.js";

/** Upgrades of every kind: with dependencies, new packages, removals, failures, questions, configuration files. */
const KEYS = [
  "toy-app",
  "toy-ask",
  "toy-conf",
  "toy-conflict",
  "toy-fail",
  "toy-kept",
  "toy-lib",
  "toy-native",
  "toy-security-notes",
];
const INSTALLS = fc.array(fc.subarray(KEYS, { minLength: 1 }), { minLength: 1, maxLength: 3 });
const RUNS = 6;

describeApt("R1 random installations, taken back one after the other", [], (world) => {
  const picture = async (context: TestContext) => {
    context.run.step = "scan";
    const report = await scan(context, { refresh: false }, makeCall());
    const installed = await readInstalled(context, makeCall());
    return { ...report, indexAgeSeconds: 0, installed: [...installed.values()] };
  };

  test(
    "after each rollback the machine and its scan are as they were before that installation",
    { timeout: 300_000 },
    async () => {
      const property = fc.asyncProperty(INSTALLS, async (installs) => {
        const { context } = await world.freshRoot();
        const done: { before: Awaited<ReturnType<typeof picture>>; receipt: Receipt }[] = [];
        for (const keys of installs) {
          const before = await picture(context);
          const pending = keys.filter((key) => before.items.some((item) => item.key === key));
          if (pending.length === 0) continue;
          const approved = await planPackages(context, pending);
          expect(approved.reversibility?.level).toBe("reversible");
          done.push({ before, receipt: (await installPlan(context, approved)).receipt });
        }
        for (const { before, receipt } of done.toReversed()) {
          expect((await rollBack(context, receipt)).receipt.outcome).toBe("succeeded");
          expect(await picture(context)).toEqual(before);
        }
      });
      await fc.assert(property, { numRuns: RUNS });
    },
  );
});
