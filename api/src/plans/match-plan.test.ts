import { expect, test } from "vitest";
import { mismatchOf } from "./match-plan.js";

type Contents = Parameters<typeof mismatchOf>[0];

const item = (key: string, toVersion: string | null = "2"): Contents["items"][number] => ({
  key,
  name: key,
  architecture: null,
  fromVersion: "1",
  toVersion,
  isDowngrade: false,
  origin: null,
  downloadBytes: null,
});
const WANTED = ["curl", "zlib"].map((key) => ({ updateId: key, key, candidateVersion: "2" }));
const judge = (changes: Partial<Contents>) =>
  mismatchOf(
    { items: [item("curl"), item("zlib")], alsoInstalls: [], alsoRemoves: [], blockers: [], ...changes },
    WANTED,
  )?.message;

test("a plan is what was asked for, whatever comes along", () => {
  expect(judge({})).toBeUndefined();
  expect(judge({ items: [item("zlib"), item("curl")] })).toBeUndefined();
  expect(judge({ alsoInstalls: [item("lib")], alsoRemoves: [item("old", null)] })).toBeUndefined();
  expect(judge({ items: [item("curl")], blockers: [{ code: "HELD", message: "zlib" }] })).toBeUndefined();
});

test.each<[string, Partial<Contents>]>([
  ["zlib is missing", { items: [item("curl")] }],
  ["curl is missing", { items: [] }],
  ["nobody asked for bash", { items: [item("curl"), item("zlib"), item("bash")] }],
  ["curl would become 1, and 2 was asked for", { items: [item("curl", "1"), item("zlib")] }],
  ["curl would become nothing", { items: [item("curl", null), item("zlib")] }],
  ["zlib stands there twice", { items: [item("curl"), item("zlib"), item("zlib")] }],
  ["curl stands there twice", { alsoRemoves: [item("curl", null)] }],
  ["lib would be removed and is not among the removals", { alsoInstalls: [item("lib", null)] }],
  ["nobody asked for bash", { items: [item("bash")], blockers: [{ code: "HELD", message: "zlib" }] }],
])("a plan is refused: %s", (why, changes) => {
  expect(judge(changes)).toContain(why);
});
