import { afterAll, beforeAll, expect, test } from "vitest";
import { agentEvents } from "../agents/project-agents.js";
import { claimCommands, type ClaimedCommand } from "../commands/claim-commands.js";
import { reportResult } from "../commands/report-result.js";
import { resultOf } from "../commands/testing/agent-words.js";
import { alice, createFleet, type EnrolledAgent, type Fleet } from "../commands/testing/fleet.js";
import { forgetEvidence } from "../retention/forget-evidence.js";
import { rebuild } from "../events/rebuild.js";
import { fetchReleaseNotes } from "./fetch-release-notes.js";

let fleet: Fleet;
beforeAll(async () => {
  fleet = await createFleet();
});
afterAll(() => fleet.drop());

const idOf = (agent: EnrolledAgent, name: string) => `upd_${agent.updates.get(name)}`;
const fetch = (agent: EnrolledAgent, ...names: string[]) =>
  fetchReleaseNotes(fleet.parts, alice, { ids: names.map((name) => idOf(agent, name)) });
const claim = async (agent: EnrolledAgent): Promise<ClaimedCommand> => {
  const [command] = await claimCommands(fleet.parts, agent.caller, 10);
  if (!command) throw new Error("Nothing was asked.");
  return command;
};
const NOTES = {
  text: "curl (2) stable\n\n  * Mend CVE-2026-1.",
  isTruncated: false,
  advisories: ["CVE-2026-1"],
};
const tell = (agent: EnrolledAgent, command: ClaimedCommand, releaseNotes = NOTES) =>
  reportResult(fleet.parts, agent.caller, resultOf(command, { releaseNotes }));

test("notes are asked of the agent once, and known from then on", async () => {
  const agent = await fleet.enrol({ packages: ["curl", "zlib"] });
  const first = await fetch(agent, "curl");
  expect(first).toMatchObject({ known: [], errors: [], ids: [expect.any(String)] });
  expect((await fetch(agent, "curl")).ids).toEqual(first.ids);
  const command = await claim(agent);
  expect(command).toMatchObject({ type: "RELEASE_NOTES", source: "apt", planId: null });
  expect(command.contents).toMatchObject({ updates: [{ key: "curl:amd64", candidateVersion: "2" }] });
  expect(await tell(agent, command)).toBe(true);
  const again = await fetch(agent, "curl", "zlib");
  expect(again).toMatchObject({ known: [agent.updates.get("curl")], ids: [expect.any(String)], errors: [] });
  expect(await fleet.differences()).toEqual([]);
});

test("what the notes name stands beside what the source names, survives a rebuild, and goes with its age", async () => {
  const agent = await fleet.enrol({ packages: ["curl"] });
  await fetch(agent, "curl");
  await tell(agent, await claim(agent));
  const read = () =>
    fleet.database.query("select text, advisories from update_release_notes where update_id = $1", [
      agent.updates.get("curl"),
    ]);
  const { text, advisories } = NOTES;
  expect(await read()).toEqual([{ text, advisories }]);
  await rebuild(fleet.database, fleet.log.projectors);
  expect(await read()).toEqual([{ text, advisories }]);
  const settings = { eventDays: 400, scanDays: 90, outputDays: 90 };
  const retention = { ...fleet.parts, settings, pause: async () => {} } as never;
  await forgetEvidence(retention, new Date(Date.now() + 500 * 86_400_000));
  expect(await read()).toEqual([]);
});

test("a failed look-up is told as the agent says it, and the next one asks again", async () => {
  const agent = await fleet.enrol({ packages: ["curl"] });
  const first = await fetch(agent, "curl");
  const failure = { code: "UNSUPPORTED", message: "The archive has no changelog." };
  const command = await claim(agent);
  await reportResult(fleet.parts, agent.caller, resultOf(command, { state: "FAILED", failure }));
  const second = await fetch(agent, "curl");
  expect(second.ids).not.toEqual(first.ids);
  expect(second.known).toEqual([]);
});

test("only a look-up that succeeded carries notes, and it must", async () => {
  const agent = await fleet.enrol({ packages: ["curl"] });
  await fetch(agent, "curl");
  const command = await claim(agent);
  const place = { path: ["input", "releaseNotes"] };
  await expect(reportResult(fleet.parts, agent.caller, resultOf(command))).rejects.toMatchObject(place);
  const failure = { code: "OFFLINE", message: "No net." };
  const both = resultOf(command, { state: "FAILED", failure, releaseNotes: NOTES });
  await expect(reportResult(fleet.parts, agent.caller, both)).rejects.toMatchObject(place);
});

test("unknown ids, retired agents and updates that are over are refused one by one", async () => {
  const agent = await fleet.enrol({ packages: ["curl", "gone"] });
  await fleet.database.query(
    "update updates set state = 'CLOSED', closed_reason = 'WITHDRAWN' where id = $1",
    [agent.updates.get("gone")],
  );
  const ids = [idOf(agent, "curl"), idOf(agent, "gone"), "upd_x"];
  const answer = await fetchReleaseNotes(fleet.parts, alice, { ids });
  expect(answer.ids).toHaveLength(1);
  expect(answer.errors).toMatchObject([
    { code: "NOT_FOUND" },
    { reason: "UPDATE_IS_CLOSED", path: ["input", "ids", "1"] },
  ]);
  await fleet.append(agent.caller.id, [agentEvents.of("agent.retired", {})]);
  const retired = await fetch(agent, "curl");
  expect(retired.errors).toMatchObject([{ reason: "AGENT_IS_RETIRED" }]);
  const many = Array.from({ length: 21 }, () => ids[0]!);
  await expect(fetchReleaseNotes(fleet.parts, alice, { ids: many })).rejects.toMatchObject({ limit: 20 });
});

test("the same key answers with the same commands", async () => {
  const agent = await fleet.enrol({ packages: ["curl"] });
  const request = { ids: [idOf(agent, "curl")], idempotencyKey: "once" };
  const first = await fetchReleaseNotes(fleet.parts, alice, request);
  expect(await fetchReleaseNotes(fleet.parts, alice, request)).toEqual(first);
});
