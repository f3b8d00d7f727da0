import type { InsideMachine } from "../worlds/inside-machine.js";
import { eventually } from "./eventually.js";
import type { GraphqlScript } from "./graphql-script.js";
import type { ManagedMachine } from "./managed-machine.js";
import { commandOf } from "./script/commands.js";
import { install, planOf } from "./script/plans.js";
import { approve, updatesOf } from "./script/updates.js";

/** Plans, approves and starts the update of toy-slow, whose postinst takes /etc/toy-slow-seconds. */
export async function startSlowInstall(script: GraphqlScript, agent: string) {
  const update = (await updatesOf(script, agent)).find(({ name }) => name === "toy-slow");
  if (!update) throw new Error("toy-slow is not pending.");
  const plan = await planOf(script, [update.id]);
  await approve(script, [update.id]);
  return { command: await install(script, plan.id), update: update.id };
}

/** Waits until the command's output has a line that begins like this. */
export async function outputShows(script: GraphqlScript, command: string, text: string): Promise<void> {
  await eventually(
    `The output "${text}"`,
    () => commandOf(script, command),
    ({ output }) => output.some((line) => line.text.startsWith(text)),
  );
}

/** How often dpkg finished configuring this package at its new version, by dpkg's own log. */
export function timesConfigured({ root }: ManagedMachine<InsideMachine>, name: string): number {
  const log = root.read("/var/log/dpkg.log");
  return log.split("\n").filter((line) => line.includes(` status installed ${name}:all 2.0`)).length;
}
