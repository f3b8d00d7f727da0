import { vi } from "vitest";
import type { ClaimedCommand, ResolvedPlanInput } from "../protocol/operations.js";
import type { ProtocolServer } from "./protocol-server.js";
import { sampleCommand } from "./sample-command.js";

/** Lets the agent plan `keys` at version 2 and gives the command that installs exactly that plan. */
export async function installCommand(
  server: ProtocolServer,
  keys: readonly string[],
): Promise<ClaimedCommand> {
  const wanted = keys.map((key) => ({ key, candidateVersion: "2" }));
  server.enqueue(sampleCommand({ id: "cmd_plan", type: "PLAN", wanted }));
  const { plan } = await vi.waitUntil(() => server.commands.get("cmd_plan").result, { timeout: 20_000 });
  if (!plan) throw new Error("the agent made no plan");
  return sampleCommand({
    id: "cmd_install",
    type: "INSTALL",
    transaction: {
      id: "plan_1",
      items: handedBack(plan.items),
      alsoInstalls: handedBack(plan.alsoInstalls),
      alsoRemoves: handedBack(plan.alsoRemoves),
      digest: plan.digest,
      expiresAt: plan.expiresAt,
      token: plan.token ?? null,
    },
  });
}

function handedBack(items: ResolvedPlanInput["items"]): NonNullable<ClaimedCommand["transaction"]>["items"] {
  return items.map((item) => ({
    key: item.key,
    name: item.name,
    architecture: item.architecture ?? null,
    fromVersion: item.fromVersion ?? null,
    toVersion: item.toVersion ?? null,
    isDowngrade: item.isDowngrade ?? false,
    origin: item.origin ?? null,
    downloadBytes: item.downloadBytes ?? null,
  }));
}
