import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { LastScanSource } from "../state/last-scan.js";
import { chooseUpdates } from "./choose-updates.js";

const item = fc.record({
  name: fc.constantFrom("a", "b", "c"),
  arch: fc.constantFrom("amd64", "i386"),
  kind: fc.constantFrom("SECURITY" as const, "OTHER" as const),
  isHeldByMark: fc.boolean(),
  isHeldByPin: fc.boolean(),
});
const source = fc
  .uniqueArray(item, { selector: ({ name, arch }) => `${name}:${arch}` })
  .map((items): LastScanSource => ({
    source: "apt",
    displayName: "APT",
    status: "COMPLETE",
    finishedAt: "2026-01-01T00:00:00.000Z",
    failure: null,
    warnings: [],
    restartPending: null,
    pendingRestarts: null,
    itemsAt: null,
    items: items.map(({ arch, ...one }) => ({
      ...one,
      key: `${one.name}:${arch}`,
      candidateVersion: "2",
      severity: "UNKNOWN",
      restart: "NONE",
    })),
  }));
const names = fc.uniqueArray(fc.constantFrom<string>("a", "b:amd64", "nosuch"));

test("what is held is never chosen, every name is chosen, held or unknown, and nothing comes unasked", () => {
  fc.assert(
    fc.property(source, names, fc.boolean(), fc.boolean(), (one, wanted, all, security) => {
      const { updates, unknown, held } = chooseUpdates([one], { names: wanted, all, security });
      const chosen = new Set(updates.flatMap(({ wishes }) => wishes.map(({ key }) => key)));
      for (const { key, name, kind, isHeldByMark, isHeldByPin } of one.items) {
        const isHeld = isHeldByMark === true || isHeldByPin === true;
        const isNamed = wanted.includes(name) || wanted.includes(key);
        const isMeant = isNamed || all || (security && kind === "SECURITY");
        expect(chosen.has(key)).toBe(isMeant && !isHeld);
        if (isNamed && isHeld) expect(held).toContain(name);
      }
      const known = new Set(one.items.flatMap(({ key, name }) => [key, name]));
      expect(unknown).toEqual(wanted.filter((name) => !known.has(name)));
    }),
  );
});
