import { readFileSync, writeFileSync } from "node:fs";
import { networkInterfaces } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { silentLog } from "../log/silent-log.js";
import { SCANNER } from "../jobs/scanner.js";
import { JOURNAL, RECEIPT_STORE } from "../tokens.js";
import { PLUGIN_HOST } from "../plugins/plugin-host.js";
import { ConnectedWorld, PATIENCE } from "../testing/connected-world.js";
import { hastyClock } from "../testing/hasty-clock.js";
import { installCommand } from "../testing/install-command.js";
import { ProtocolServer } from "../testing/protocol-server.js";
import { composeTestAgent, type TestAgent } from "../testing/run-test-agent.js";
import { composeSession, currentFacts } from "./compose-remote.js";
import { HttpPost } from "../transport/http-post.js";

const DAY_MS = 24 * 3_600_000;
const HAS_IPV6 = Object.values(networkInterfaces())
  .flat()
  .some((address) => address?.address === "::1");
const { signal } = new AbortController();
let world: ConnectedWorld;
let { root, server, proxy, toy } = {} as ConnectedWorld;

beforeEach(async () => {
  world = await ConnectedWorld.open();
  ({ root, server, proxy, toy } = world);
});
afterEach(() => world[Symbol.asyncDispose]());

const start = (...options: Parameters<ConnectedWorld["start"]>) => world.start(...options);
const scan = async ({ container }: TestAgent): Promise<void> => {
  for (const source of container.resolve(PLUGIN_HOST).sources) {
    await container.resolve(SCANNER).scan(source, { refresh: false, signal });
  }
};

test("N7 a name that is not found is worth another try", async () => {
  const post = new HttpPost(new URL("https://redflag.invalid/graphql"), () => []);
  const problem = await post.send("{}", {}, signal).catch((error: unknown) => error);
  expect(problem).toMatchObject({ code: "UNREACHABLE", isRetryable: true });
  post.close();
});

test.skipIf(!HAS_IPV6)("N7 a server with only an IPv6 address is reached (needs ::1)", async () => {
  const six = new ProtocolServer();
  await start({ serverUrl: await six.start(undefined, "::1") });
  await vi.waitUntil(() => six.reports.length > 0, PATIENCE);
  await expect.poll(() => six.openSockets, PATIENCE).toBe(1);
  await six.stop();
});

test("N11 after a month offline the token is renewed, the result and one report are delivered", async () => {
  const agent = await start();
  await vi.waitUntil(() => server.reports.length > 0, PATIENCE);
  toy.hold();
  server.enqueue(await installCommand(server, ["lib"]));
  await vi.waitUntil(() => toy.isInstalling(), PATIENCE);
  proxy.mode = "refuse";
  proxy.cutAll();
  toy.release();
  await vi.waitUntil(() => agent.container.resolve(JOURNAL).undelivered().length === 1, PATIENCE);
  await agent.stop();
  const file = path.join(root, "state/credentials.json");
  const credentials = JSON.parse(readFileSync(file, "utf8"));
  const accessTokenExpiresAt = new Date(Date.now() - 29 * DAY_MS).toISOString();
  writeFileSync(file, JSON.stringify({ ...credentials, accessTokenExpiresAt }));
  server.revokeAccess();
  const [before, reports] = [server.operations.length, server.reports.length];

  const later = await start({ registrationToken: undefined });
  for (const version of ["1", "0", "1"]) {
    toy.setInstalled({ tool: version });
    await scan(later);
  }
  proxy.mode = "pass";
  await vi.waitUntil(() => server.commands.get("cmd_install").result, PATIENCE);
  await vi.waitUntil(() => server.reports.length > reports, PATIENCE);
  expect(server.commands.get("cmd_install").result).toMatchObject({ state: "SUCCEEDED" });
  expect(server.reports.slice(reports)).toMatchObject([{ items: [{ key: "tool", installedVersion: "1" }] }]);
  const operations = server.operations.slice(before);
  expect(operations.filter((name) => name === "RenewAgent")).toHaveLength(1);
  expect(operations).not.toContain("RegisterAgent");
});

test("N11 after the enrolment has run out nothing is lost: it says how to enrol again, and then tells all of it once", async () => {
  const agent = await start();
  await world.reported();
  toy.hold();
  server.enqueue(await installCommand(server, ["lib"]));
  await vi.waitUntil(() => toy.isInstalling(), PATIENCE);
  proxy.mode = "refuse";
  proxy.cutAll();
  toy.release();
  await vi.waitUntil(() => agent.container.resolve(JOURNAL).undelivered().length === 1, PATIENCE);
  await agent.stop();
  server.forgetAgents();
  server.commands.all.clear();
  proxy.mode = "pass";
  const warnings: string[] = [];
  const log = { ...silentLog, warn: (_: string, facts?: object) => warnings.push(JSON.stringify(facts)) };
  await start({ registrationToken: undefined }, root, {
    clock: hastyClock,
    log: { ...log, child: () => log },
  });
  const command = `redflag-agent register --server ${world.url} --token <registration token>`;
  await vi.waitUntil(() => warnings.some((text) => text.includes(command)), PATIENCE);
  expect(JSON.parse(readFileSync(path.join(root, "state/credentials.json"), "utf8"))).toHaveProperty(
    "refusedAt",
  );
  const beside = await composeTestAgent(root, world.settings());
  const session = composeSession(beside, world.url);
  await session.register("let-me-in", await currentFacts(beside), signal);
  session.client.post.close();
  await vi.waitUntil(() => server.localCommands.length > 0, PATIENCE);
  expect(server.localCommands).toMatchObject([
    {
      type: "INSTALL",
      startedBy: "an earlier enrolment",
      state: "SUCCEEDED",
      items: [{ key: "lib", outcome: "SUCCEEDED", toVersion: "2" }],
    },
  ]);
  // One installation is one receipt, by which the server it is told to can have it rolled back.
  const receipts = await beside.resolve(RECEIPT_STORE).list();
  expect(receipts.map((one) => one.commandId)).toEqual([server.localCommands[0]?.commandId]);
  expect(toy.runs()).toBe(1);
}, 60_000);

test("N11 an agent that the server gave up in the meantime enrols again when it has a token", async () => {
  const agent = await start();
  await vi.waitUntil(() => server.reports.length > 0, PATIENCE);
  await agent.stop();
  server.forgetAgents();
  const before = server.checkIns.length;
  await start();
  await vi.waitUntil(() => server.checkIns.length > before, PATIENCE);
  expect(server.operations.filter((name) => name === "RegisterAgent")).toHaveLength(2);
});
