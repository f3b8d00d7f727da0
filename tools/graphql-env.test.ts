import { expect, test } from "vitest";

import { findStaleEnvFiles } from "./graphql-env.mjs";

test("the generated GraphQL types agree with schema.graphql (else run `node tools/graphql-env.mjs`)", async () => {
  expect(await findStaleEnvFiles()).toEqual([]);
});
