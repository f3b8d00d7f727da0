import { createServer } from "node:net";
import { expect, test } from "vitest";
import { explainFailure } from "./explain-failure.js";

/** What listening there fails with. */
const listenOn = (host: string): Promise<Error> =>
  new Promise((resolve) => createServer().once("error", resolve).listen({ host, port: 0 }));

test("a host name that nobody knows is a wrong setting", async () => {
  const { message, exitCode } = explainFailure(await listenOn("nowhere.invalid"));
  expect(message).toBe(
    "The host name nowhere.invalid has no address here. Correct SERVER_HOST, or give it an address.",
  );
  expect(exitCode).toBe(78);
});

test("an address of another machine is a wrong setting", async () => {
  const { message, exitCode } = explainFailure(await listenOn("192.0.2.1"));
  expect(message).toBe("This machine has no address 192.0.2.1 to listen on. Correct SERVER_HOST.");
  expect(exitCode).toBe(78);
});

test("what nobody thought of is told in full", () => {
  const { message, exitCode } = explainFailure(new Error("odd"));
  expect(message).toMatch(/^Error: odd\n[\s\S]*please report it/);
  expect(exitCode).toBe(70);
});
