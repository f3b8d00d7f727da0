import { agentStream } from "../../agents/agent-stream.js";
import { updateEvents } from "../../updates/project-updates.js";
import { readResult, type CommandResult, type ResultInput } from "../read-result.js";
import { reportResult } from "../report-result.js";
import { claimCommands, type ClaimedCommand } from "../claim-commands.js";
import type { PlanInput } from "../read-plan.js";
import { planUpdates } from "../../plans/plan-updates.js";
import { uuidv7 } from "uuidv7";
import type { LocalCommandInput } from "../read-local-command.js";
import { alice, type EnrolledAgent, type Fleet } from "./fleet.js";

/** A result that says only what it must. */
export function resultOf(
  command: Pick<ClaimedCommand, "id" | "attempt">,
  more: Partial<ResultInput> = {},
): CommandResult {
  const finishedAt = new Date();
  return readResult({
    commandId: `cmd_${command.id}`,
    attempt: command.attempt,
    state: "SUCCEEDED",
    startedAt: finishedAt,
    finishedAt,
    items: [],
    ...more,
  });
}

/** What somebody at the machine installed: these packages from version 1 to 2, or not. */
export function localCommandOf(
  packages: readonly string[],
  outcome: LocalCommandInput["items"][number]["outcome"] = "SUCCEEDED",
  more: Partial<LocalCommandInput> = {},
): LocalCommandInput {
  const at = new Date();
  return {
    commandId: `cmd_${uuidv7()}`,
    type: "INSTALL",
    source: "apt",
    startedBy: "root",
    requestedAt: at,
    startedAt: at,
    finishedAt: at,
    state: "SUCCEEDED",
    wanted: packages.map((name) => ({ key: `${name}:amd64`, candidateVersion: "2" })),
    items: packages.map((name) => ({
      key: `${name}:amd64`,
      name,
      outcome,
      fromVersion: "1",
      toVersion: outcome === "SUCCEEDED" ? "2" : "1",
    })),
    lines: [],
    ...more,
  };
}

/** A plan that upgrades these packages from version 1 to 2 and is valid for an hour. */
export function planOf(packages: readonly string[], more: Partial<PlanInput> = {}): PlanInput {
  return {
    items: packages.map((name) => ({ key: `${name}:amd64`, name, fromVersion: "1", toVersion: "2" })),
    alsoInstalls: [],
    alsoRemoves: [],
    blockers: [],
    digest: "ab".repeat(32),
    expiresAt: new Date(Date.now() + 3_600_000),
    token: "note",
    ...more,
  };
}

/** Has packages planned and resolved, and answers with the plan's global id. */
export async function readyPlan(
  fleet: Fleet,
  agent: EnrolledAgent,
  packages: readonly string[],
  more: Partial<PlanInput> = {},
): Promise<string> {
  const ids = packages.map((name) => `upd_${agent.updates.get(name)}`);
  const { ids: planIds } = await planUpdates(fleet.parts, alice, { ids });
  const claimed = await claimCommands(fleet.parts, agent.caller, 10);
  const command = claimed.find(({ planId }) => planId === planIds[0]);
  if (!command) throw new Error("The plan was not asked for.");
  await reportResult(fleet.parts, agent.caller, resultOf(command, { plan: planOf(packages, more) }));
  return `plan_${planIds[0]}`;
}

/** Has alice approve packages. */
export async function approve(
  fleet: Fleet,
  agent: EnrolledAgent,
  packages: readonly string[],
): Promise<void> {
  const updateIds = packages.flatMap((name) => agent.updates.get(name) ?? []);
  await fleet.append(agent.caller.id, [updateEvents.of("update.approved", { updateIds })], alice);
}

/** The types of an agent's events in order, without its beginning. */
export async function eventTypes(fleet: Fleet, agent: EnrolledAgent): Promise<string[]> {
  const rows = await fleet.database.query<{ type: string }>(
    `select type from events where stream = $1 and sequence > 2 order by sequence`,
    [agentStream(agent.caller.id)],
  );
  return rows.map(({ type }) => type);
}
