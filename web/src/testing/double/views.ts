import type { AgentRecord, CommandRecord, EventRecord, PlanRecord, UpdateRecord } from "./records.js";
import type { World } from "./world.js";

type Args = Readonly<Record<string, unknown>>;
type Filter = Readonly<Record<string, unknown>> | undefined;

const OPEN: readonly string[] = [
  "PENDING",
  "APPROVED",
  "REJECTED",
  "INSTALLING",
  "INSTALLED",
  "RESTART_NEEDED",
  "FAILED",
  "ROLLED_BACK",
];
const GRAVITY = ["CRITICAL", "HIGH", "MEDIUM", "LOW", "UNKNOWN"];

const isUnknown = (agent: AgentRecord) =>
  agent.coverage.some(({ state }) => state !== "FRESH" && state !== "UNSUPPORTED");

/** Whether anybody holds it. */
export const isHeld = ({ heldBy }: UpdateRecord): boolean => heldBy.length > 0;

function matchesText(filter: unknown, text: string): boolean {
  const { eq, in: among, contains } = (filter ?? {}) as { eq?: string; in?: string[]; contains?: string };
  if (eq !== undefined) return text === eq;
  if (among) return among.includes(text);
  return contains === undefined || text.toLowerCase().includes(contains.toLowerCase());
}

const isOneOf = (wanted: unknown, value: string, otherwise = true): boolean =>
  Array.isArray(wanted) ? wanted.includes(value) : otherwise;

/** A Relay connection over rows in their order, by keyset. */
export function connection<Row extends { readonly id: string }>(
  rows: readonly Row[],
  args: Args,
  view: (row: Row) => unknown,
  more: Readonly<Record<string, unknown>> = {},
) {
  const start = args["after"] ? rows.findIndex(({ id }) => id === args["after"]) + 1 : 0;
  const page = rows.slice(start, start + ((args["first"] as number | undefined) ?? 50));
  const pageInfo = {
    hasNextPage: start + page.length < rows.length,
    hasPreviousPage: start > 0,
    startCursor: page[0]?.id ?? null,
    endCursor: page.at(-1)?.id ?? null,
  };
  return { nodes: page.map(view), edges: [], pageInfo, totalCount: rows.length, ...more };
}

/** The agents that match. */
export function listAgents(world: World, filter: Filter): AgentRecord[] {
  return [...world.agents.values()]
    .filter((agent) => isOneOf(filter?.["states"], agent.state, agent.state !== "RETIRED"))
    .filter((agent) => matchesText(filter?.["name"], agent.name))
    .toSorted((a, b) => a.name.localeCompare(b.name));
}

/** How many of the agents have a source that is not fresh. */
export const unknownAgents = (agents: readonly AgentRecord[]): number => agents.filter(isUnknown).length;

/** The updates that match, most severe first. */
export function listUpdates(world: World, filter: Filter): UpdateRecord[] {
  return [...world.updates.values()]
    .filter((update) => isOneOf(filter?.["states"], update.state, OPEN.includes(update.state)))
    .filter(
      (update) => isOneOf(filter?.["kinds"], update.kind) && isOneOf(filter?.["severities"], update.severity),
    )
    .filter(
      (update) =>
        matchesText(filter?.["name"], update.name) && matchesText(filter?.["source"], update.source),
    )
    .filter((update) => matchesText(filter?.["agent"], update.agentId))
    .filter((update) => filter?.["isHeld"] === undefined || isHeld(update) === filter["isHeld"])
    .toSorted(
      (a, b) => GRAVITY.indexOf(a.severity) - GRAVITY.indexOf(b.severity) || a.id.localeCompare(b.id),
    );
}

/** The commands that match, newest first. */
export function listCommands(world: World, filter: Filter): CommandRecord[] {
  return [...world.commands.values()]
    .toReversed()
    .filter(
      (command) => isOneOf(filter?.["types"], command.type) && isOneOf(filter?.["states"], command.state),
    )
    .filter((command) => matchesText(filter?.["agent"], command.agentId));
}

/** The events that match, newest first. */
export function listEvents(world: World, filter: Filter): EventRecord[] {
  return world.events
    .filter((event) => matchesText(filter?.["type"], event.type))
    .filter((event) => matchesText(filter?.["agent"], event.agentId ?? ""));
}

/** An agent as the schema shows it. */
export function agentView(world: World, id: string | null): unknown {
  const agent = world.agents.get(id ?? "");
  if (!agent) return null;
  const ofAgent = (filter: unknown) => ({ ...(filter as object), agent: { eq: agent.id } });
  return {
    __typename: "Agent",
    osVersion: "12",
    architecture: "x64",
    machineFingerprint: "5f1d7a84db00d2fce00b31a7fc73224f",
    agentVersion: "0.1.0",
    registeredAt: "2026-11-01T08:00:00.000Z",
    checkInIntervalSeconds: 300,
    ...agent,
    coverage: agent.coverage.map(({ warnings, ...each }) => ({
      ...each,
      latestScan: each.attemptedAt && { __typename: "Scan", id: `scan_${agent.id}_${each.source}`, warnings },
    })),
    updateCounts: () => {
      const open = listUpdates(world, { agent: { eq: agent.id } });
      const count = (is: (update: UpdateRecord) => boolean) => open.filter(is).length;
      return {
        total: open.length,
        security: count(({ kind }) => kind === "SECURITY"),
        critical: count(({ severity }) => severity === "CRITICAL"),
        high: count(({ severity }) => severity === "HIGH"),
        held: count(isHeld),
        restartNeeded: count(({ state }) => state === "RESTART_NEEDED"),
        unknownAgents: isUnknown(agent) ? 1 : 0,
      };
    },
    updates: (args: Args) =>
      connection(listUpdates(world, ofAgent(args["filter"])), args, ({ id: row }) => updateView(world, row), {
        unknownAgents: isUnknown(agent) ? 1 : 0,
      }),
    commands: (args: Args) =>
      connection(listCommands(world, ofAgent(args["filter"])), args, ({ id: row }) =>
        commandView(world, row),
      ),
  };
}

/** An update as the schema shows it. */
export function updateView(world: World, id: string): unknown {
  const update = world.updates.get(id);
  if (!update) return null;
  const plan = [...world.plans.values()].findLast((each) => each.updateIds.includes(id));
  return {
    __typename: "Update",
    versionScheme: "debian",
    closedReason: null,
    failure: null,
    ...update,
    isHeld: isHeld(update),
    holdCommand: () => update.holdCommandId && commandView(world, update.holdCommandId),
    agent: () => agentView(world, update.agentId),
    releaseNotesCommand: () => {
      const asked = [...world.commands.values()].findLast(
        (each) => each.type === "RELEASE_NOTES" && each.updateIds.includes(id),
      );
      return asked && commandView(world, asked.id);
    },
    plan: () => plan && planView(world, plan.id),
    command: () => plan?.installCommandId && commandView(world, plan.installCommandId),
  };
}

/** A plan as the schema shows it. */
export function planView(world: World, id: string | null): unknown {
  const plan: PlanRecord | undefined = world.plans.get(id ?? "");
  if (!plan) return null;
  return {
    __typename: "Plan",
    ...plan,
    requestedBy: "alice",
    agent: () => agentView(world, plan.agentId),
    updates: () => plan.updateIds.map((each) => updateView(world, each)),
    planCommand: () => commandView(world, plan.planCommandId),
    installCommand: () => commandView(world, plan.installCommandId),
  };
}

/** A command as the schema shows it. */
export function commandView(world: World, id: string | null): unknown {
  const command = world.commands.get(id ?? "");
  if (!command) return null;
  return {
    __typename: "Command",
    ...command,
    deadlineAt: null,
    agent: () => agentView(world, command.agentId),
    plan: () => planView(world, command.planId),
    updates: () => command.updateIds.map((each) => updateView(world, each)),
    reversibility: () =>
      command.type === "INSTALL" && command.planId !== null
        ? (world.plans.get(command.planId)?.reversibility ?? null)
        : command.reversibility,
    rollsBack: () => commandView(world, command.rollsBackId),
    rolledBackBy: () => {
      const rollback = [...world.commands.values()].findLast(({ rollsBackId }) => rollsBackId === id);
      return rollback && commandView(world, rollback.id);
    },
    output: ({ after, first = 200 }: { after?: number; first?: number }) =>
      after === undefined
        ? command.output.slice(-first)
        : command.output.filter(({ sequence }) => sequence > after).slice(0, first),
  };
}

/** An event as the schema shows it. */
export const eventView = (world: World, event: EventRecord): unknown => ({
  __typename: "Event",
  ...event,
  agent: () => agentView(world, event.agentId),
});
