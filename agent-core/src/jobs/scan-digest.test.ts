import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { ScanItemInput } from "../protocol/operations.js";
import { scanDigest } from "./scan-digest.js";

const item = fc.record({
  key: fc.string({ minLength: 1 }),
  candidateVersion: fc.string(),
  severity: fc.constantFrom<ScanItemInput["severity"]>("HIGH", "LOW"),
});
const items = fc.uniqueArray(item, { selector: (one) => one.key, maxLength: 8 });
const content = (list: readonly object[]) => ({
  source: "toy",
  status: "COMPLETE" as const,
  versionScheme: "opaque",
  items: list as ScanItemInput[],
});

test("the same inventory has the same digest in whatever order it is listed", () => {
  fc.assert(
    fc.property(
      items.chain((list) =>
        fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
      ),
      ([list, shuffled]) => {
        const turned = shuffled.map((one) => Object.fromEntries(Object.entries(one).toReversed()));
        expect(scanDigest(content(turned))).toBe(scanDigest(content(list)));
      },
    ),
  );
});

test("any change of the inventory, or of how the scan ended, changes the digest", () => {
  fc.assert(
    fc.property(items, item, (list, other) => {
      const before = scanDigest(content(list));
      expect(scanDigest({ ...content(list), status: "PARTIAL" })).not.toBe(before);
      expect(scanDigest({ ...content(list), failure: { code: "OFFLINE", message: "x" } })).not.toBe(before);
      const restart = { kind: "SERVICE" as const, name: "a", keys: [], reason: "x" };
      const restarts = [restart, { ...restart, name: "b" }];
      const waiting = scanDigest({ ...content(list), pendingRestarts: restarts });
      const none = scanDigest({ ...content(list), pendingRestarts: [] });
      expect(new Set([before, waiting, none]).size).toBe(3);
      expect(scanDigest({ ...content(list), pendingRestarts: restarts.toReversed() })).toBe(waiting);
      if (!list.some((one) => one.key === other.key)) {
        expect(scanDigest(content([...list, other]))).not.toBe(before);
      }
    }),
  );
});
