import { afterAll, beforeAll, expect, test } from "vitest";
import { claimCommands } from "./claim-commands.js";
import { findCommands } from "./commands.sql.js";
import { startScan } from "./start-scan.js";
import { sweepCommands } from "./sweep-commands.js";
import { alice, createFleet, type Fleet } from "./testing/fleet.js";

let fleet: Fleet;
beforeAll(async () => {
  fleet = await createFleet();
});
afterAll(() => fleet.drop());

test("an agent whose commands cannot be moved holds up no other", async () => {
  const agents = [await fleet.enrol(), await fleet.enrol()];
  const [broken, sound] = agents;
  for (const agent of agents) {
    await startScan(fleet.parts, alice, { agentIds: [agent.id], refresh: true });
    await claimCommands(fleet.parts, agent.caller, 1);
  }
  await fleet.database.query("update command_leases set expires_at = now() - interval '1 second'");
  await fleet.database.query(`create function refuse() returns trigger language plpgsql as $$
    begin
      if new.stream = 'agent:${broken!.caller.id}' then raise exception 'refused by the test'; end if;
      return new;
    end $$`);
  await fleet.database.query(
    "create trigger refuse before insert on events for each row execute function refuse()",
  );
  const stateOf = async (agentId: string) => {
    const [row] = await fleet.database.query<{ id: string }>("select id from commands where agent_id = $1", [
      agentId,
    ]);
    return (await findCommands(fleet.database, [row!.id]))[0]?.state;
  };
  expect(await sweepCommands(fleet.parts)).toBe(1);
  expect(await stateOf(sound!.caller.id)).toBe("QUEUED");
  expect(await stateOf(broken!.caller.id)).toBe("CLAIMED");
  await fleet.database.query("drop trigger refuse on events");
  expect(await sweepCommands(fleet.parts)).toBe(1);
  expect(await stateOf(broken!.caller.id)).toBe("QUEUED");
});
