import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  alice,
  createInventory,
  noCommands,
  soundFacts,
  type Inventory,
} from "../scans/testing/inventory.js";
import { createClaimSeat } from "../tokens/claim-seat.js";
import { silentLog } from "../testing/silent-log.js";
import { AgentSessions } from "./agent-sessions.js";
import type { CommandsInHand } from "./commands-in-hand.js";
import { defaultInventorySettings } from "./inventory-settings.js";
import { registerAgent } from "./register-agent.js";
import { renewAgent } from "./renew-agent.js";
import { retireAgent } from "./retire-agent.js";

let inventory: Inventory;
let now = Date.UTC(2026, 5, 1);
const clock = (): number => now;
const DAY = 86_400_000;

beforeAll(async () => {
  inventory = await createInventory({ clock });
});
afterAll(() => inventory[Symbol.asyncDispose]());

function sessionsWith(commands: CommandsInHand = noCommands) {
  const seen: string[] = [];
  const sessions = new AgentSessions({
    database: inventory.database,
    clock,
    commands: () => commands,
    onSeen: (agentId) => seen.push(agentId),
  });
  const enter = (secret: string) => sessions.authenticate({ kind: "bearer", secret }, "use");
  return { sessions, enter, seen };
}
const renewParts = (onRevoked: (agentId: string) => void = () => {}) => ({
  database: inventory.database,
  clock,
  randomBytes,
  log: silentLog,
  onRevoked,
});
const renew = (refreshToken: string) => renewAgent(renewParts(), refreshToken);
const refused = { code: "PRECONDITION_FAILED", reason: "REFRESH_TOKEN_REFUSED" };

function registerParts() {
  return {
    ...inventory.parts,
    claimSeat: createClaimSeat({ events: inventory.log.log, clock }),
    clock,
    randomBytes,
    settings: defaultInventorySettings,
  };
}

test("an enrolled agent is known by its access token for 24 hours", async () => {
  const { caller, credentials } = await inventory.enrol({ hostname: "db-1" });
  const { enter, seen, sessions } = sessionsWith();
  expect(sessions.accepts({ kind: "bearer", secret: credentials.accessToken })).toBe(true);
  expect(sessions.accepts({ kind: "cookie", secret: credentials.accessToken })).toBe(false);
  expect(sessions.accepts({ kind: "bearer", secret: credentials.refreshToken })).toBe(false);
  expect(await enter(credentials.accessToken)).toMatchObject({ kind: "agent", id: caller.id, name: "db-1" });
  expect(seen).toEqual([caller.id]);
  // An open socket is looked at every few seconds; that is no sign of life.
  const again = await sessions.authenticate({ kind: "bearer", secret: credentials.accessToken }, "look");
  expect([again?.id, seen]).toEqual([caller.id, [caller.id]]);
  now += DAY - 1;
  expect(await enter(credentials.accessToken)).not.toBeNull();
  now += 1;
  expect(await enter(credentials.accessToken)).toBeNull();
});

test("no secret is stored, and none is in an event", async () => {
  const { credentials } = await inventory.enrol();
  const [dump] = await inventory.database.query<{ text: string }>(
    `select coalesce(string_agg(t::text, ' '), '') as text from (
       select c::text as t from agent_credentials c union all select e::text from events e) all_rows`,
  );
  expect(dump?.text).not.toContain(credentials.accessToken);
  expect(dump?.text).not.toContain(credentials.refreshToken);
});

test("C29 a machine that enrols again is a new agent, and the old one is untouched", async () => {
  const first = await inventory.enrol({ hostname: "twin" });
  await inventory.report(first.caller, 1);
  const second = await inventory.enrol({ hostname: "twin" });
  expect(second.caller.id).not.toBe(first.caller.id);
  const rows = await inventory.database.query(
    "select id, machine_fingerprint, version, retired_at from agents where name = 'twin' order by id",
  );
  expect(rows).toEqual([
    { id: first.caller.id, machine_fingerprint: "ab".repeat(32), version: 1, retired_at: null },
    { id: second.caller.id, machine_fingerprint: "ab".repeat(32), version: 1, retired_at: null },
  ]);
  const { enter } = sessionsWith();
  expect(await enter(first.credentials.accessToken)).toMatchObject({ id: first.caller.id });
  expect(await enter(second.credentials.accessToken)).toMatchObject({ id: second.caller.id });
});

test("one seat lets one of twenty in, and a refused registration takes none", async () => {
  const registrationToken = await inventory.makeToken(1);
  const hostile = { ...soundFacts, machineFingerprint: "nonsense" };
  await expect(registerAgent(registerParts(), { registrationToken, facts: hostile })).rejects.toMatchObject({
    code: "INVALID",
    path: ["input", "facts", "machineFingerprint"],
  });
  const tries = await Promise.allSettled(
    Array.from({ length: 20 }, () =>
      registerAgent(registerParts(), { registrationToken, facts: soundFacts }),
    ),
  );
  expect(tries.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  expect(await inventory.differences()).toEqual([]);
});

test("renewing slides both lives, and the old tokens end with the first use of the new", async () => {
  const { caller, credentials } = await inventory.enrol();
  now += 60 * DAY;
  const second = await renew(credentials.refreshToken);
  expect(second.refreshTokenExpiresAt).toEqual(new Date(now + 90 * DAY));
  now += 60 * DAY;
  const third = await renew(second.refreshToken);
  const { enter } = sessionsWith();
  expect(await enter(third.accessToken)).toMatchObject({ id: caller.id });
  now += 91 * DAY;
  await expect(renew(third.refreshToken)).rejects.toMatchObject(refused);
});

test("a renewal whose answer was lost may be repeated; whichever answer is used wins", async () => {
  const { caller, credentials } = await inventory.enrol();
  const [lost, kept] = await Promise.all([renew(credentials.refreshToken), renew(credentials.refreshToken)]);
  const { enter } = sessionsWith();
  expect(await enter(kept.accessToken)).toMatchObject({ id: caller.id });
  expect(await enter(lost.accessToken)).toBeNull();
  await expect(renew(lost.refreshToken)).rejects.toMatchObject(refused);
  expect(await renew(kept.refreshToken)).toMatchObject({ accessToken: expect.stringMatching(/^rfa_/) });
});

test("lost answers do not pile up", async () => {
  const { caller, credentials } = await inventory.enrol();
  for (let attempt = 0; attempt < 12; attempt += 1) await renew(credentials.refreshToken);
  const rows = await inventory.database.query("select 1 from agent_credentials where agent_id = $1", [
    caller.id,
  ]);
  expect(rows.length).toBeLessThanOrEqual(5);
});

test("a refresh token that is used again after its successor ends all tokens of the agent", async () => {
  const { credentials } = await inventory.enrol();
  const other = await inventory.enrol();
  const second = await renew(credentials.refreshToken);
  const { enter, sessions } = sessionsWith();
  expect(await enter(second.accessToken)).not.toBeNull();
  const revoked: string[] = [];
  const parts = renewParts((agentId) => {
    revoked.push(agentId);
    sessions.forget(agentId);
  });
  await expect(renewAgent(parts, credentials.refreshToken)).rejects.toMatchObject(refused);
  expect(revoked).toHaveLength(1);
  expect(await enter(second.accessToken)).toBeNull();
  await expect(renew(second.refreshToken)).rejects.toMatchObject(refused);
  expect(await enter(other.credentials.accessToken)).not.toBeNull();
});

test("what was never handed out is refused", async () => {
  await expect(renew("rfx_nonsense")).rejects.toMatchObject(refused);
  const { credentials } = await inventory.enrol();
  await expect(renew(credentials.accessToken)).rejects.toMatchObject(refused);
});

test("C31 a retired agent renews nothing and may only tell how its command in hand ends", async () => {
  const { caller, credentials } = await inventory.enrol();
  let inHand = true;
  const { enter, sessions, seen } = sessionsWith({ ...noCommands, hasInHand: async () => inHand });
  expect(await enter(credentials.accessToken)).not.toBeNull();
  const retired: string[] = [];
  const onRevoked = (agentId: string): void => {
    retired.push(agentId);
    sessions.forget(agentId);
  };
  await retireAgent({ ...inventory.parts, clock, onRevoked }, alice, { id: `agent_${caller.id}` });
  expect(retired).toEqual([caller.id]);
  await expect(renew(credentials.refreshToken)).rejects.toMatchObject(refused);
  seen.length = 0;
  expect(await enter(credentials.accessToken)).toMatchObject({ id: caller.id });
  expect(seen).toEqual([]);
  await expect(inventory.report(caller, 1)).rejects.toMatchObject({
    extensions: { code: "UNAUTHENTICATED" },
  });
  inHand = false;
  now += 10_001;
  expect(await enter(credentials.accessToken)).toBeNull();
});

test("a token is looked up once in ten seconds", async () => {
  const { credentials } = await inventory.enrol();
  let lookUps = 0;
  const database = new Proxy(inventory.database, {
    get: (target, member) => {
      if (member !== "query") return Reflect.get(target, member);
      lookUps += 1;
      return target.query;
    },
  });
  const sessions = new AgentSessions({ database, clock, commands: () => noCommands, onSeen: () => {} });
  const enter = () => sessions.authenticate({ kind: "bearer", secret: credentials.accessToken }, "use");
  for (let time = 0; time < 5; time += 1) expect(await enter()).not.toBeNull();
  expect(lookUps).toBe(1);
  now += 10_001;
  await enter();
  expect(lookUps).toBe(2);
});
