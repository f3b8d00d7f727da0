import { GraphQLError } from "graphql";
import { expect, test } from "vitest";
import { RequestError } from "../schema/request-error.js";
import { present } from "./present-error.js";

const thrown = (originalError: Error): GraphQLError =>
  new GraphQLError(originalError.message, { originalError });

test("what failed on the server is masked, and what it said stays in the log", () => {
  const { message, extensions } = present(thrown(new Error("select * from secrets")));
  expect(message).toContain("Something went wrong");
  expect(extensions).toEqual({ code: "INTERNAL" });
});

test("D2 a database that is away is said, so that people know to wait", () => {
  for (const code of ["ECONNREFUSED", "57P03", "08006"]) {
    const lost = Object.assign(new Error("connect /tmp/private/socket"), { code });
    const { message, extensions } = present(thrown(lost));
    expect(message).toBe("The server cannot reach its database at this moment. Try again in a few seconds.");
    expect(extensions).toEqual({ code: "INTERNAL" });
  }
});

test("a typed error is shown as it is", () => {
  const { message, extensions } = present(thrown(new RequestError("FORBIDDEN", "No.", { hint: 1 })));
  expect([message, extensions]).toEqual(["No.", { code: "FORBIDDEN", hint: 1 }]);
});
