import type { HoldMark } from "@redflag/plugin-sdk";
import type { LoadedSource } from "../plugins/loaded-source.js";
import type { CommandItemInput } from "../protocol/operations.js";
import { visibleText } from "../text/visible-text.js";
import type { CommandOutcome, CommandSink } from "./command-sink.js";
import { failureOf } from "./wire-failure.js";

/** The circumstances of one command about holds. */
export interface HoldOptions {
  readonly signal: AbortSignal;
  readonly sink: CommandSink;
}

/**
 * Has the package manager itself hold packages or no longer hold them, and judges by what it says afterwards.
 *
 * @throws PluginError when nothing was changed
 */
export async function holdPackages(
  source: LoadedSource,
  keys: readonly string[],
  isHeld: boolean,
  { signal, sink }: HoldOptions,
): Promise<CommandOutcome> {
  if (keys.length === 0) {
    return { state: "FAILED", failure: failureOf("UNSUPPORTED", "The command names no package.") };
  }
  sink.progress({ phase: isHeld ? "hold" : "release", isCancellable: true });
  const marks = await source.hold(keys, isHeld, { signal });
  const items = marks.map((mark) => itemOf(mark, isHeld));
  const done = items.filter(({ outcome }) => outcome === "SUCCEEDED").length;
  if (done === items.length) return { state: "SUCCEEDED", items };
  const state = isHeld ? "held" : "released";
  const first = items.find(({ outcome }) => outcome !== "SUCCEEDED")?.message ?? "";
  const message = `${items.length - done} of ${items.length} packages could not be ${state}. ${first}`.trim();
  return {
    state: done > 0 ? "PARTIALLY_SUCCEEDED" : "FAILED",
    failure: failureOf("COMMAND_FAILED", message),
    items,
  };
}

function itemOf(mark: HoldMark, isHeld: boolean): CommandItemInput {
  return {
    key: mark.key,
    name: mark.key,
    outcome: mark.isHeld === isHeld ? "SUCCEEDED" : "FAILED",
    ...(mark.message === undefined ? {} : { message: visibleText(mark.message, 4_000) }),
  };
}
