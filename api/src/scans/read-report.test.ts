import fc from "fast-check";
import { expect, test } from "vitest";
import { LimitError, ValidationError, type DomainError } from "../schema/user-errors.js";
import { readReport } from "./read-report.js";
import { itemOf, reportOf, restartOf } from "./testing/inventory.js";

function refusal(run: () => unknown): DomainError {
  try {
    run();
  } catch (error) {
    if (error instanceof LimitError || error instanceof ValidationError) return error;
    throw error;
  }
  throw new Error("It was accepted.");
}

const curl = itemOf("curl");

test("C25 a report of a million packages is refused with its limit", () => {
  const items = Array.from({ length: 1_000_000 }, () => curl);
  const error = refusal(() => readReport({ ...reportOf(1), items }));
  expect(error).toBeInstanceOf(LimitError);
  expect(error).toMatchObject({ limit: 10_000, path: ["input", "items"] });
});

test("C25 more restarts, or packages of one, than there is room for are refused with the limit", () => {
  const many = Array.from({ length: 501 }, (_, index) => restartOf(`p${index}`));
  expect(refusal(() => readReport({ ...reportOf(1), pendingRestarts: many }))).toMatchObject({
    limit: 500,
    path: ["input", "pendingRestarts"],
  });
  const keys = Array.from({ length: 1001 }, (_, index) => `p${index}`);
  const one = [{ ...restartOf("curl"), keys }];
  expect(refusal(() => readReport({ ...reportOf(1), pendingRestarts: one }))).toMatchObject({
    limit: 1_000,
    path: ["input", "pendingRestarts", "0", "keys"],
  });
});

const hostile = [
  ["a NUL", "a\0b"],
  ["a line end", "a\nb"],
  ["a terminal escape", "a\u001b[2Jb"],
  ["half a character", "a\ud800b"],
  ["nothing", ""],
  ["too much", "x".repeat(401)],
] as const;

for (const [what, text] of hostile) {
  test(`${what} in a key, name or version is refused at its place`, () => {
    for (const field of ["key", "name", "candidateVersion", "installedVersion"] as const) {
      const items = [itemOf("bash"), itemOf("curl", "2", { [field]: text })];
      expect(refusal(() => readReport(reportOf(1, { items, digest: "a".repeat(64) }))).path).toEqual([
        "input",
        "items",
        "1",
        field,
      ]);
    }
  });
}

const wrong = [
  ["a key listed twice", { items: [itemOf("curl"), itemOf("curl", "3")] }, ["items", "1", "key"]],
  ["an update to what is installed", { items: [itemOf("curl", "1")] }, ["items", "0", "candidateVersion"]],
  ["items in a failed scan", { status: "FAILED", items: [itemOf("curl")] }, ["items"]],
  ["a failed scan without a reason", { status: "FAILED", failure: null }, ["failure"]],
  ["a scan number below 1", { scanNumber: 0 }, ["scanNumber"]],
  ["a digest that is none", { digest: "abc" }, ["digest"]],
  [
    "a restart of nothing",
    { pendingRestarts: [{ ...restartOf("curl"), kind: "NONE" }] },
    ["pendingRestarts", "0", "kind"],
  ],
  [
    "a restart listed twice",
    { pendingRestarts: [restartOf("curl"), restartOf("curl")] },
    ["pendingRestarts", "1", "name"],
  ],
  [
    "a restart because of a NUL",
    { pendingRestarts: [{ ...restartOf("curl"), keys: ["curl", "a\0b"] }] },
    ["pendingRestarts", "0", "keys", "1"],
  ],
  ["a source that is a path", { source: "../apt" }, ["source"]],
  ["a moment before computers", { startedAt: new Date("0000-01-01T00:00:00Z") }, ["startedAt"]],
  [
    "a script behind a link",
    { items: [itemOf("curl", "2", { releaseNotesUrl: "javascript:alert(1)" })] },
    ["items", "0", "releaseNotesUrl"],
  ],
  ["details that are no JSON", { items: [itemOf("curl", "2", { details: "{" })] }, ["items", "0", "details"]],
  [
    "NUL hidden in details",
    { items: [itemOf("curl", "2", { details: String.raw`{"a":"\u0000"}` })] },
    ["items", "0", "details"],
  ],
  [
    "details nested too deeply",
    { items: [itemOf("curl", "2", { details: "[".repeat(5000) + "]".repeat(5000) })] },
    ["items", "0", "details"],
  ],
  [
    "negative bytes",
    { items: [itemOf("curl", "2", { downloadBytes: -1 })] },
    ["items", "0", "downloadBytes"],
  ],
] as const;

for (const [what, more, path] of wrong) {
  test(`${what} is refused at its place`, () => {
    const error = refusal(() => readReport({ ...reportOf(1), ...(more as object) }));
    expect(error).toBeInstanceOf(ValidationError);
    expect(error.path).toEqual(["input", ...path]);
  });
}

test("remarks are cleaned instead of refused", () => {
  const failure = { code: "OFFLINE", message: "no\u0000 way\u202e" };
  const remark = (message: string, code = "PHASED", key?: string) => ({ code, message, ...(key && { key }) });
  const warnings = [
    remark("a\u001b[31mred"),
    remark("\0"),
    remark("odd", "<b>", "curl\u202e:amd64"),
    remark("long", "X".repeat(65)),
  ];
  const report = readReport(reportOf(1, { status: "PARTIAL", failure, warnings }));
  expect(report.failure?.message).toBe("no  way");
  expect(report.warnings).toEqual([
    { code: "PHASED", message: "a [31mred", key: null },
    { code: "OTHER", message: "odd", key: "curl :amd64" },
    { code: "OTHER", message: "long", key: null },
  ]);
});

test("more remarks than a hundred are cut, and it is said", () => {
  const { warnings } = readReport(
    reportOf(1, { warnings: Array.from({ length: 5_000 }, (_, at) => ({ code: "W", message: `w${at}` })) }),
  );
  expect(warnings).toHaveLength(100);
  expect(warnings.at(-1)).toEqual({
    code: "MORE",
    message: "There were 5000 remarks; the others are left out.",
    key: null,
  });
});

test("whatever text comes in, it is refused by a domain error or can be stored", () => {
  const text = fc.string({ unit: "binary", maxLength: 40 });
  fc.assert(
    fc.property(text, text, text, (key, name, details) => {
      try {
        const [item] = readReport(reportOf(1, { items: [itemOf("x", "2", { key, name, details })] })).items;
        expect(item?.key).toBe(key);
        expect(key + name).not.toMatch(/\0/);
      } catch (error) {
        expect(error).toBeInstanceOf(ValidationError);
      }
    }),
  );
});
