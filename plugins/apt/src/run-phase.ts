import type { Call, InstallEvent, SlotValues } from "@redflag/plugin-sdk";

import type { AptContext } from "./apt-context.js";
import type { FailedRun } from "./classify-failure.js";
import type { RuleName } from "./command-rules.js";
import { parseStatusLine, type StatusLine } from "./parse-status-line.js";

const KEPT_LINES = 60;

/** The part of the whole progress that one run of apt stands for. */
export interface Span {
  readonly kind: StatusLine["kind"];
  readonly from: number;
  readonly to: number;
}

/** How a run ended, and what apt said about single packages. */
export interface PhaseResult extends FailedRun {
  readonly errors: ReadonlyMap<string, string>;
}

/** Runs apt and tells its output and progress as it comes. The percentage never falls. */
export async function* runPhase(
  context: AptContext,
  rule: RuleName,
  slots: SlotValues,
  span: Span,
  call: Call,
): AsyncGenerator<InstallEvent, PhaseResult> {
  const tail = { stdout: [] as string[], stderr: [] as string[] };
  const errors = new Map<string, string>();
  let percent = span.from;
  for await (const event of context.run.stream(rule, slots, call)) {
    if (event.kind === "exit") {
      const [stdout, stderr] = [tail.stdout.join("\n"), tail.stderr.join("\n")];
      return { exitCode: event.exitCode, signal: event.signal, stdout, stderr, errors };
    }
    if (event.kind !== "status") {
      tail[event.kind].push(event.line);
      if (tail[event.kind].length > KEPT_LINES) tail[event.kind].shift();
      yield { type: "output", stream: event.kind, line: event.line };
      continue;
    }
    const status = parseStatusLine(event.line);
    if (status?.kind === "error") errors.set(status.subject, status.message.trim());
    if (status?.kind !== span.kind) continue;
    percent = Math.max(percent, span.from + (status.percent / 100) * (span.to - span.from));
    yield {
      type: "progress",
      percent: Math.round(percent * 10) / 10,
      ...(status.kind === "package" && { key: status.subject }),
      message: status.message,
    };
  }
  return { exitCode: null, signal: null, stdout: "", stderr: "the command ended without an end", errors };
}
