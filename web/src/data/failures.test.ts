import { CombinedError } from "@urql/core";
import { expect, test } from "vitest";

import { failureCode, failureText, fieldError, refusedIndex } from "./failures.js";

const graphQl = (code: string, message = "m") =>
  new CombinedError({ graphQLErrors: [{ message, extensions: { code, requestId: "r-1" } }] });

test("every kind of failure has a sentence for people", () => {
  expect(failureText(new CombinedError({ networkError: new Error("x") }))).toContain("cannot be reached");
  expect(failureText(graphQl("FORBIDDEN"))).toContain("role");
  expect(failureText(graphQl("INTERNAL", "Something went wrong."))).toBe(
    "Something went wrong. (request r-1)",
  );
  expect(failureCode(graphQl("UNAUTHENTICATED"))).toBe("UNAUTHENTICATED");
});

test("the position in ids is read from the path", () => {
  expect(refusedIndex({ message: "", path: ["input", "ids", "3"] })).toBe(3);
  expect(refusedIndex({ message: "", path: ["input", "name"] })).toBeNull();
  expect(refusedIndex({ message: "", path: ["input", "ids"] })).toBeNull();
  expect(refusedIndex({ message: "", path: null })).toBeNull();
});

test("a field finds its own error", () => {
  expect(fieldError([{ message: "taken", path: ["input", "name"] }], "name")).toBe("taken");
  expect(fieldError([{ message: "taken", path: ["input", "name"] }], "password")).toBeUndefined();
});
