import { expect, test } from "vitest";

import { downloadOf, installable, NO_CHOICE, toApprove, toggled, whyNot } from "./plan-choice.js";
import type { Plan } from "./plan-fragment.js";

const NOW = Date.parse("2026-11-21T10:00:00Z");
const update = (id: string, state: string) => ({ id, name: id, candidateVersion: "1", state, isHeld: false });

const plan = (part: object = {}) =>
  ({
    id: "plan_1",
    state: "READY",
    expiresAt: "2026-11-21T10:30:00Z",
    blockers: [],
    alsoRemoves: [],
    updates: [update("upd_1", "PENDING")],
    ...part,
  }) as unknown as Plan;

test("a ready plan can be installed", () => expect(whyNot(plan(), NO_CHOICE, NOW)).toBeNull());

test.each([
  ["still resolving", { state: "RESOLVING" }, "working it out"],
  ["failed", { state: "FAILED" }, "could not"],
  ["started", { state: "STARTED" }, "already"],
  ["expired", { state: "EXPIRED" }, "too old"],
  ["expired by the clock alone", { expiresAt: "2026-11-21T09:59:59Z" }, "too old"],
  ["blocked", { blockers: [{ code: "LOCKED", message: "Locked by dpkg." }] }, "Locked by dpkg."],
  ["removing packages", { alsoRemoves: [{ name: "x" }] }, "removes packages"],
])("a plan that is %s cannot be installed", (_, part, reason) => {
  expect(whyNot(plan(part), NO_CHOICE, NOW)).toContain(reason);
});

test("accepted removals and left out plans are respected", () => {
  const removing = plan({ alsoRemoves: [{ name: "x" }] });
  expect(installable([removing], { ...NO_CHOICE, removalsAccepted: new Set(["plan_1"]) }, NOW)).toEqual([
    removing,
  ]);
  expect(installable([plan()], { ...NO_CHOICE, leftOut: new Set(["plan_1"]) }, NOW)).toEqual([]);
});

test("only what is not approved yet is approved, and once", () => {
  const updates = [update("a", "PENDING"), update("b", "APPROVED"), update("c", "FAILED")];
  expect(toApprove([plan({ updates }), plan({ updates })])).toEqual(["a", "c"]);
});

test("a size that is not known is never counted as nothing", () => {
  const sized = (downloadBytes: number | null) => ({ downloadBytes });
  expect(downloadOf([sized(1024), sized(2048)])).toBe("3.0 KiB to download");
  expect(downloadOf([sized(1024), sized(null)])).toBe("at least 1.0 KiB to download");
  expect(downloadOf([sized(null)])).toBe("size of the download not known");
  expect(downloadOf([sized(0)])).toBe("0 B to download");
});

test("an id is toggled in a set", () => {
  expect([...toggled(toggled(new Set(["a"]), "b"), "a")]).toEqual(["b"]);
});
