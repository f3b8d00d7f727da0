import { expect, test } from "vitest";
import { ADMIN_PASSWORD, startTestServer } from "../testing/test-server.js";

const SET_UP = `mutation ($input: SetUpInput!) {
  setUp(input: $input) { viewer { operator { name role } permissions } errors { __typename code path message } }
}`;
const VIEWER = "{ viewer { operator { name } permissions } }";

function input(setupCode: string, name = "admin", password = ADMIN_PASSWORD) {
  return { input: { setupCode, name, password } };
}

test("A16 the first admin is made with the code, is logged in, and the door closes for good", async () => {
  await using server = await startTestServer();
  const client = server.client();
  expect((await client.ask("{ server { isSetUp } }")).data.server.isSetUp).toBe(false);
  const wrong = await client.ask(SET_UP, input("aaaaa-bbbbb-ccccc-ddddd"));
  expect(wrong.data.setUp).toMatchObject({
    viewer: null,
    errors: [{ code: "INVALID", path: ["input", "setupCode"] }],
  });
  const right = await client.ask(SET_UP, input(` ${server.setupCode.toUpperCase().replaceAll("-", "")}`));
  expect(right.data.setUp).toMatchObject({
    viewer: { operator: { name: "admin", role: "ADMIN" } },
    errors: [],
  });
  expect((await client.ask(VIEWER)).data.viewer.operator.name).toBe("admin");
  expect((await client.ask("{ server { isSetUp } }")).data.server.isSetUp).toBe(true);
  const again = await server.client().ask(SET_UP, input(server.setupCode, "mallory"));
  expect(again.data.setUp).toMatchObject({ viewer: null, errors: [{ code: "PRECONDITION_FAILED" }] });
});

test("A16 of many who set up at once exactly one wins", async () => {
  await using server = await startTestServer();
  const names = Array.from({ length: 8 }, (_, index) => `admin${index}`);
  const answers = await Promise.all(
    names.map((name) => server.client().ask(SET_UP, input(server.setupCode, name))),
  );
  const winners = answers.filter(({ data }) => data.setUp.errors.length === 0);
  expect(winners).toHaveLength(1);
  expect(await server.database.query("select name from operators")).toHaveLength(1);
});

test("A16 guessing the code is slowed down", async () => {
  await using server = await startTestServer();
  const client = server.client();
  const codes: unknown[] = [];
  for (let attempt = 0; attempt < 32; attempt += 1)
    codes.push((await client.ask(SET_UP, input("wrong"))).code);
  expect(codes.slice(0, 30)).toEqual(Array.from({ length: 30 }));
  expect(codes[31]).toBe("RATE_LIMITED");
  const right = await client.ask(SET_UP, input(server.setupCode));
  expect(right.code).toBe("RATE_LIMITED");
});

test("A11 a name and a password that break the rules are refused where they stand", async () => {
  await using server = await startTestServer();
  const client = server.client();
  const refused = async (name: string, password: string) =>
    (await client.ask(SET_UP, input(server.setupCode, name, password))).data.setUp.errors[0]?.path;
  expect(await refused("  ", ADMIN_PASSWORD)).toEqual(["input", "name"]);
  expect(await refused("a\u202eb", ADMIN_PASSWORD)).toEqual(["input", "name"]);
  expect(await refused("x".repeat(65), ADMIN_PASSWORD)).toEqual(["input", "name"]);
  expect(await refused("admin", "elevenchars")).toEqual(["input", "password"]);
  expect(await refused("admin", "x".repeat(257))).toEqual(["input", "password"]);
  expect(await refused("admin", "x".repeat(500_000))).toEqual(["input", "password"]);
});
