import type { UpdateRecord } from "./records.js";
import { agentView, commandView, isHeld, planView, updateView } from "./views.js";
import type { World } from "./world.js";

type Input = { readonly input: Readonly<Record<string, unknown>> };

const refused = (message: string, ...path: string[]) => ({
  __typename: "PreconditionError",
  code: "PRECONDITION_FAILED",
  message,
  path: ["input", ...path],
  reason: "REFUSED",
});

/** The mutations about agents, updates, plans and commands; the rules are thin but true to the schema. */
export function workMutations(world: World, actor: () => string) {
  const by = () => ({ kind: "OPERATOR" as const, name: actor() });

  const decide = (
    ids: readonly string[],
    verb: string,
    whyNot: (update: UpdateRecord) => string | null,
    change: (update: UpdateRecord) => Partial<UpdateRecord>,
  ) => {
    const errors: unknown[] = [];
    const done = ids.filter((id, index) => {
      const update = world.updates.get(id);
      const reason = update ? whyNot(update) : "No update has this id.";
      if (reason) errors.push(refused(reason, "ids", String(index)));
      return !reason;
    });
    for (const id of done) {
      const update = world.updates.get(id);
      if (update) world.changeUpdates([id], change(update));
      world.record(`update.${verb}`, `${actor()} ${verb} ${update?.name}`, by(), update?.agentId ?? null);
    }
    return { updates: done.map((id) => updateView(world, id)), errors };
  };
  const askMachine = ({ agentId, source }: UpdateRecord, type: "HOLD" | "RELEASE") => {
    const command = world.addCommand({ agentId, type, source, requestedBy: actor(), planId: null });
    return { holdCommandId: command.id };
  };
  const decided = () => ({ decidedBy: actor(), decidedAt: world.now() });

  return {
    renameAgent: ({ input }: Input) => {
      const agent = world.agents.get(String(input["id"]));
      if (!agent) return { agent: null, errors: [refused("No agent has this id.", "id")] };
      Object.assign(agent, { name: input["name"] ?? agent.hostname, version: agent.version + 1 });
      world.record("agent.renamed", `${actor()} renamed ${agent.hostname} to ${agent.name}`, by(), agent.id);
      world.emit({ topic: "agent", agentId: agent.id });
      return { agent: agentView(world, agent.id), errors: [] };
    },
    retireAgent: ({ input }: Input) => {
      const agent = world.agents.get(String(input["id"]));
      if (!agent) return { agent: null, errors: [refused("No agent has this id.", "id")] };
      Object.assign(agent, { state: "RETIRED", retiredAt: world.now(), version: agent.version + 1 });
      world.emit({ topic: "agent", agentId: agent.id });
      return { agent: agentView(world, agent.id), errors: [] };
    },
    startScan: ({ input }: Input) => {
      const commands = (input["agentIds"] as string[]).flatMap((agentId) =>
        (world.agents.get(agentId)?.coverage ?? [])
          .filter(({ source }) => input["source"] === undefined || source === input["source"])
          .map(({ source }) =>
            world.addCommand({ agentId, type: "SCAN", source, requestedBy: actor(), planId: null }),
          ),
      );
      for (const command of commands) world.onCommand(command);
      return { commands: commands.map(({ id }) => commandView(world, id)), errors: [] };
    },
    approveUpdates: ({ input }: Input) =>
      decide(
        input["ids"] as string[],
        "approved",
        (update) =>
          isHeld(update) ? `${update.name} is held: ${update.holdReason ?? "no reason given"}` : null,
        () => ({ state: "APPROVED", ...decided() }),
      ),
    rejectUpdates: ({ input }: Input) =>
      decide(
        input["ids"] as string[],
        "rejected",
        () => null,
        () => ({ state: "REJECTED", ...decided() }),
      ),
    holdUpdates: ({ input }: Input) =>
      decide(
        input["ids"] as string[],
        "held",
        () => null,
        (update) => ({
          heldBy: [...new Set(["REDFLAG" as const, ...update.heldBy])],
          holdReason: (input["reason"] as string | undefined) ?? null,
          holdSetBy: actor(),
          holdSetAt: world.now(),
          ...(update.heldBy.includes("MACHINE_MARK") ? {} : askMachine(update, "HOLD")),
        }),
      ),
    releaseUpdates: ({ input }: Input) =>
      decide(
        input["ids"] as string[],
        "released",
        ({ heldBy, name }) =>
          heldBy.join() === "MACHINE_PIN"
            ? `A pin on the machine itself holds ${name}. Change it there.`
            : null,
        (update) => ({
          heldBy: update.heldBy.filter((place) => place !== "REDFLAG"),
          holdReason: null,
          holdSetBy: null,
          holdSetAt: null,
          ...(update.heldBy.includes("MACHINE_MARK") ? askMachine(update, "RELEASE") : {}),
        }),
      ),
    fetchReleaseNotes: ({ input }: Input) => {
      const asked = (input["ids"] as string[]).flatMap((id) => world.updates.get(id) ?? []);
      const known = asked.filter(({ releaseNotes }) => releaseNotes !== null);
      const commands = asked
        .filter(({ releaseNotes }) => releaseNotes === null)
        .map(({ id, agentId, source }) =>
          world.addCommand({
            agentId,
            type: "RELEASE_NOTES",
            source,
            requestedBy: actor(),
            planId: null,
            updateIds: [id],
          }),
        );
      return {
        updates: known.map(({ id }) => updateView(world, id)),
        commands: commands.map(({ id }) => commandView(world, id)),
        errors: [],
      };
    },
    planUpdates: ({ input }: Input) => planUpdates(world, input["ids"] as string[], actor()),
    installPlans: ({ input }: Input) => installPlans(world, input, actor()),
    rollBackCommands: ({ input }: Input) => rollBackCommands(world, input, actor()),
    cancelCommands: ({ input }: Input) => {
      const ids = input["ids"] as string[];
      for (const id of ids) {
        const isQueued = world.commands.get(id)?.state === "QUEUED";
        world.changeCommand(id, {
          isCancelRequested: true,
          ...(isQueued && { state: "CANCELLED", finishedAt: world.now(), waitingReason: null }),
        });
      }
      return { commands: ids.map((id) => commandView(world, id)), errors: [] };
    },
  };
}

function planUpdates(world: World, ids: readonly string[], actor: string) {
  const errors: unknown[] = [];
  const groups = new Map<string, UpdateRecord[]>();
  for (const [index, id] of ids.entries()) {
    const update = world.updates.get(id);
    if (!update) errors.push(refused("No update has this id.", "ids", String(index)));
    else if (isHeld(update)) errors.push(refused(`${update.name} is held.`, "ids", String(index)));
    else
      groups.set(`${update.agentId} ${update.source}`, [
        ...(groups.get(`${update.agentId} ${update.source}`) ?? []),
        update,
      ]);
  }
  const plans = [...groups.values()].map((group) => {
    const { agentId = "", source = "" } = group[0] ?? {};
    const id = world.nextId("plan");
    const command = world.addCommand({ agentId, type: "PLAN", source, requestedBy: actor, planId: id });
    world.plans.set(id, {
      id,
      agentId,
      source,
      state: "RESOLVING",
      updateIds: group.map((update) => update.id),
      digest: null,
      items: [],
      alsoInstalls: [],
      alsoRemoves: [],
      alsoKept: [],
      downloadBytes: null,
      diskBytes: null,
      restartsServices: null,
      requiresReboot: null,
      restartReasons: [],
      reversibility: null,
      blockers: [],
      failure: null,
      requestedAt: world.now(),
      resolvedAt: null,
      expiresAt: null,
      planCommandId: command.id,
      installCommandId: null,
    });
    world.onCommand(command);
    return planView(world, id);
  });
  return { plans, errors };
}

function installPlans(world: World, input: Readonly<Record<string, unknown>>, actor: string) {
  const errors: unknown[] = [];
  const commands: unknown[] = [];
  for (const [index, id] of (input["ids"] as string[]).entries()) {
    const plan = world.plans.get(id);
    const isApproved = plan?.updateIds.every((each) => world.updates.get(each)?.state === "APPROVED");
    if (!plan || plan.state !== "READY")
      errors.push(refused("The plan cannot be started.", "ids", String(index)));
    else if (plan.alsoRemoves.length > 0 && input["acceptRemovals"] !== true) {
      errors.push(refused("The plan removes packages; accept the removals.", "ids", String(index)));
    } else if (!isApproved)
      errors.push(refused("Not every update of the plan is approved.", "ids", String(index)));
    else {
      const { agentId, source } = plan;
      const command = world.addCommand({
        agentId,
        type: "INSTALL",
        source,
        requestedBy: actor,
        planId: id,
        updateIds: plan.updateIds,
      });
      Object.assign(plan, { state: "STARTED", installCommandId: command.id });
      world.onCommand(command);
      commands.push(commandView(world, command.id));
    }
  }
  return { commands, errors };
}

function rollBackCommands(world: World, input: Readonly<Record<string, unknown>>, actor: string) {
  const errors: unknown[] = [];
  const commands: unknown[] = [];
  for (const [index, id] of (input["ids"] as string[]).entries()) {
    const install = world.commands.get(id);
    const level = (world.plans.get(install?.planId ?? "") ?? install)?.reversibility?.level;
    if (install?.type !== "INSTALL" || level === "NOT")
      errors.push(refused("It cannot be rolled back.", "ids", String(index)));
    else if (level !== "REVERSIBLE" && input["acceptPartly"] !== true)
      errors.push(refused("It can be rolled back only in part.", "ids", String(index)));
    else {
      const { agentId, source } = install;
      const command = world.addCommand({
        agentId,
        type: "ROLLBACK",
        source,
        requestedBy: actor,
        planId: null,
        updateIds: install.updateIds,
      });
      command.rollsBackId = id;
      world.onCommand(command);
      commands.push(commandView(world, command.id));
    }
  }
  return { commands, errors };
}
