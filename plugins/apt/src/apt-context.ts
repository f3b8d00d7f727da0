import {
  isPluginError,
  PluginError,
  type Call,
  type CommandResult,
  type Context,
  type JsonValue,
  type SlotValues,
} from "@redflag/plugin-sdk";

import type { RuleName } from "./command-rules.js";
import type { AptConfig } from "./config.js";
import { classifyFailure } from "./parse/classify-failure.js";

/** What every part of this plugin works with. */
export type AptContext = Context<AptConfig>;

/** Keeps something that can be found again; when the plugin's store has no room left, it is not kept. */
export async function keepIfRoom(context: AptContext, key: string, value: JsonValue): Promise<void> {
  try {
    await context.state.set(key, value);
  } catch (error) {
    if (!isPluginError(error) || error.code !== "UNSUPPORTED") throw error;
    context.log.warn("no room to keep this for the next time", { key });
  }
}

/**
 * Runs a reading rule and returns its whole output.
 *
 * @throws PluginError classified from the tool's own words when it fails, `UNPARSABLE_OUTPUT` when output was cut off
 */
export async function readTool(
  context: AptContext,
  rule: RuleName,
  slots: SlotValues,
  call: Call,
): Promise<string> {
  const result = await runWhole(context, rule, slots, call);
  if (result.exitCode !== 0) throw classifyFailure(rule, result);
  return result.stdout;
}

/** Like {@link readTool}, but leaves the judgement of the exit code to the caller. */
export async function runWhole(
  context: AptContext,
  rule: RuleName,
  slots: SlotValues,
  call: Call,
): Promise<CommandResult> {
  const result = await context.run.exec(rule, slots, call);
  if (result.truncated) {
    throw new PluginError(
      "UNPARSABLE_OUTPUT",
      `The output of apt/${rule} was longer than the agent accepts.`,
    );
  }
  return result;
}
