import type { Call, InstallEvent, SlotValues } from "@redflag/plugin-sdk";

import type { AptContext } from "../apt-context.js";
import type { RuleName } from "../command-rules.js";
import type { FailedRun } from "../parse/classify-failure.js";
import { parseStatusLine, type StatusLine } from "../parse/parse-status-line.js";

const KEPT_LINES = 60;

const MAX_MESSAGE_CHARS = 500;

/** What apt calls a run of dpkg among the names of packages. */
const WHOLE_RUN = "dpkg-exec";

/** The part of the whole progress that one run of apt stands for. */
export interface Span {
  readonly kind: StatusLine["kind"];
  readonly from: number;
  readonly to: number;
  /** apt names packages without architecture, and other things (`dpkg-exec`) besides: name to key of the plan. */
  readonly keys: ReadonlyMap<string, string>;
  /**
   * False: a run that breaks off after it began may have changed the machine, so that is an end of the run and not an
   * exception.
   */
  readonly isRevocable: boolean;
}

/** How a run ended, and what apt said about single packages. */
export interface PhaseResult extends FailedRun {
  readonly errors: ReadonlyMap<string, string>;
  /** Package name to its configuration files that the owner had changed and that were kept. */
  readonly keptFiles: ReadonlyMap<string, readonly string[]>;
  /** A package was begun; otherwise nothing was changed. */
  readonly hasBegunPackage: boolean;
}

/**
 * Runs apt and tells its output and progress as it comes. The percentage never falls.
 *
 * @throws PluginError when it did not begin, or breaks off and is revocable
 */
export async function* runPhase(
  context: AptContext,
  rule: RuleName,
  slots: SlotValues,
  span: Span,
  call: Call,
): AsyncGenerator<InstallEvent, PhaseResult> {
  const tail = { stdout: [] as string[], stderr: [] as string[] };
  const errors = new Map<string, string>();
  const keptFiles = new Map<string, string[]>();
  let current: string | null = null;
  let percent = span.from;
  let hasBegun = false;
  const endOf = (end: Pick<FailedRun, "exitCode" | "signal">): PhaseResult => {
    const [stdout, stderr] = [tail.stdout.join("\n"), tail.stderr.join("\n")];
    return { ...end, stdout, stderr, errors, keptFiles, hasBegunPackage: current !== null };
  };
  try {
    for await (const event of context.run.stream(rule, slots, call)) {
      hasBegun = true;
      if (event.kind === "exit") return endOf(event);
      if (event.kind !== "status") {
        tail[event.kind].push(event.line);
        if (tail[event.kind].length > KEPT_LINES) tail[event.kind].shift();
        yield { type: "output", stream: event.kind, line: event.line };
        continue;
      }
      const status = parseStatusLine(event.line);
      if (status?.kind === "error") errors.set(packageOf(status.subject), status.message.trim());
      if (status?.kind === "package" && status.subject !== WHOLE_RUN) current = status.subject;
      if (status?.kind === "conffile" && current !== null) {
        keptFiles.set(current, [...(keptFiles.get(current) ?? []), status.subject]);
      }
      if (status?.kind !== span.kind) continue;
      percent = Math.max(percent, span.from + (status.percent / 100) * (span.to - span.from));
      yield {
        type: "progress",
        percent: Math.round(percent * 10) / 10,
        ...keyOf(status, span.keys),
        message: status.message.slice(0, MAX_MESSAGE_CHARS),
      };
    }
  } catch (error) {
    if (span.isRevocable || !hasBegun) throw error;
    tail.stderr.push(error instanceof Error ? error.message : String(error));
  }
  return endOf({ exitCode: null, signal: null });
}

function keyOf({ kind, subject }: StatusLine, keys: Span["keys"]): { readonly key?: string } {
  const key = kind === "package" ? keys.get(subject) : undefined;
  return key === undefined ? {} : { key };
}

/** An error is about a package or about the file that it comes from. */
function packageOf(subject: string): string {
  const file = subject.slice(subject.lastIndexOf("/") + 1);
  return file.split("_")[0] ?? file;
}
