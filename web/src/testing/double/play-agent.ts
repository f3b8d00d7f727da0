import type { ItemRecord, PlanRecord } from "./records.js";
import type { World } from "./world.js";

const itemOf = (world: World, id: string): ItemRecord => {
  const update = world.updates.get(id);
  return {
    name: update?.name ?? id,
    architecture: update?.architecture ?? null,
    fromVersion: update?.installedVersion ?? null,
    toVersion: update?.candidateVersion ?? null,
    isDowngrade: false,
    origin: update?.origin ?? null,
    downloadBytes: update?.downloadBytes ?? null,
  };
};

/** Resolves a plan as an agent would; `change` adds what is particular. */
export function resolvePlan(world: World, planId: string, change: Partial<PlanRecord> = {}): void {
  const plan = world.plans.get(planId);
  if (!plan) throw new Error(`no plan ${planId}`);
  const now = world.now();
  const items = plan.updateIds.map((id) => itemOf(world, id));
  Object.assign(plan, {
    state: "READY",
    digest: "9f2c1e70b4aa4c0d8f77a7a1b1f0c6d2e3f4a5b6c7d8e9f00112233445566778",
    items,
    downloadBytes: items.reduce((sum, item) => sum + (item.downloadBytes ?? 0), 0),
    diskBytes: 1_250_000,
    restartsServices: ["nginx.service", "ssh.service"],
    requiresReboot: false,
    restartReasons: ["nginx restarts nginx.service.", "libssl3 restarts ssh.service."],
    alsoKept: [
      {
        name: "openssl-provider-legacy",
        architecture: "amd64",
        installedVersion: "3.0.14-1~deb12u2",
        candidateVersion: "3.0.15-1~deb12u1",
        reason: "It comes from the same source (openssl) and was not chosen.",
      },
    ],
    reversibility: { level: "REVERSIBLE", reasons: [] },
    resolvedAt: now,
    expiresAt: new Date(Date.parse(now) + 30 * 60_000).toISOString(),
    ...change,
  } satisfies Partial<PlanRecord>);
  world.changeCommand(plan.planCommandId, { state: "SUCCEEDED", finishedAt: now, waitingReason: null });
}

/** Takes an install and begins it. */
export function beginInstall(world: World, commandId: string): void {
  const command = world.commands.get(commandId);
  const now = world.now();
  world.changeUpdates(command?.updateIds ?? [], { state: "INSTALLING" });
  world.changeCommand(
    commandId,
    { state: "RUNNING", claimedAt: now, startedAt: now, attempt: 1, waitingReason: null },
    ["Reading package lists…", "Building dependency tree…"],
  );
}

/** Tells how far an install has come. */
export function progressInstall(
  world: World,
  commandId: string,
  at: {
    readonly phase: string;
    readonly percent: number;
    readonly itemName: string | null;
    readonly isCancellable: boolean;
  },
  lines: readonly string[],
): void {
  world.changeCommand(commandId, { progress: { ...at, occurredAt: world.now() } }, lines);
}

/** Ends an install well. */
export function finishInstall(world: World, commandId: string): void {
  const plan = world.plans.get(world.commands.get(commandId)?.planId ?? "");
  const items = [...(plan?.items ?? []), ...(plan?.alsoInstalls ?? [])];
  world.changeUpdates(plan?.updateIds ?? [], { state: "INSTALLED" });
  world.changeCommand(
    commandId,
    {
      state: "SUCCEEDED",
      finishedAt: world.now(),
      restart: "SERVICE",
      restartReasons: ["nginx.service still runs old code."],
      items: items.map(({ name, architecture, fromVersion, toVersion }) => ({
        name,
        architecture,
        fromVersion,
        toVersion,
        outcome: "SUCCEEDED",
        message: null,
      })),
    },
    ["Done."],
  );
}

/** Takes a rollback and ends it well. */
export function finishRollback(world: World, commandId: string): void {
  const command = world.commands.get(commandId);
  const install = world.commands.get(command?.rollsBackId ?? "");
  world.changeUpdates(command?.updateIds ?? [], { state: "ROLLED_BACK", verifiedAt: null });
  const items = (install?.items ?? []).map((item) => ({
    ...item,
    fromVersion: item.toVersion,
    toVersion: item.fromVersion,
  }));
  world.changeCommand(commandId, { state: "SUCCEEDED", finishedAt: world.now(), items }, ["Done."]);
}

/** Proves an install by a scan. */
export function verifyInstall(world: World, commandId: string): void {
  const command = world.commands.get(commandId);
  world.changeUpdates(command?.updateIds ?? [], { state: "VERIFIED", verifiedAt: world.now() });
  world.emit({ topic: "scan", agentId: command?.agentId ?? "" });
}

/** Answers a look-up of release notes. */
export function tellNotes(world: World, text: string, advisories: string[] = []): void {
  const command = [...world.commands.values()].findLast(({ type }) => type === "RELEASE_NOTES");
  const update = world.updates.get(command?.updateIds[0] ?? "");
  if (!command || !update) throw new Error("nobody asked for release notes");
  update.releaseNotes = { text, isTruncated: false, advisories, fetchedAt: world.now() };
  update.advisories = [...new Set([...update.advisories, ...advisories])];
  world.changeCommand(command.id, { state: "SUCCEEDED", finishedAt: world.now(), waitingReason: null });
}

/** Ends the last command about an update's mark; `failure` says why its machine does not follow. */
export function endHoldCommand(world: World, updateId: string, failure?: string): void {
  const update = world.updates.get(updateId);
  const command = world.commands.get(update?.holdCommandId ?? "");
  if (!update || !command) throw new Error(`no hold command of ${updateId}`);
  const now = world.now();
  const isDone = failure === undefined;
  world.changeCommand(command.id, {
    state: isDone ? "SUCCEEDED" : "FAILED",
    claimedAt: now,
    startedAt: now,
    finishedAt: now,
    waitingReason: null,
    failure: isDone ? null : { code: "PERMISSION_DENIED", message: failure },
    items: [
      {
        name: update.name,
        architecture: null,
        outcome: isDone ? "SUCCEEDED" : "FAILED",
        fromVersion: null,
        toVersion: null,
        message: failure ?? null,
      },
    ],
  });
  const others = update.heldBy.filter((place) => place !== "MACHINE_MARK");
  if (isDone) {
    world.changeUpdates([updateId], {
      heldBy: command.type === "HOLD" ? [...others, "MACHINE_MARK"] : others,
    });
  } else world.changeUpdates([updateId], {});
}
