import type { Call } from "./call.js";
import type { SlotValues } from "./command-rule.js";

/** How a command ended, with all that it said. A non-zero exit code is a result, not an exception. */
export interface CommandResult {
  /** null when a signal ended the process. */
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** Decoded as UTF-8 (bad bytes become U+FFFD) with NUL removed. */
  readonly stdout: string;
  readonly stderr: string;
  /** Output beyond the host's cap was dropped; whoever parses it must treat it as unparsable. */
  readonly truncated: boolean;
}

/** One line that a running command wrote, without its line break, or its end. */
export type CommandEvent =
  | { readonly kind: "stdout" | "stderr" | "status"; readonly line: string }
  | { readonly kind: "exit"; readonly exitCode: number | null; readonly signal: string | null };

/**
 * Runs the manifest's commands. The host forces `LC_ALL=C.UTF-8`, a minimal environment, `/` as working folder, closed
 * stdin, output caps, the call's deadline, and kills the process group with grace (unless the rule is not
 * interruptible).
 *
 * Both methods throw {@link PluginError}: `INTERNAL` for an unknown rule or slot, `UNSUPPORTED` for a slot value that
 * its grammar refuses, `PERMISSION_DENIED` for a rule that this step or this agent may not run, `COMMAND_FAILED` when
 * the program cannot be started, `TIMEOUT` and `CANCELLED`.
 */
export interface CommandRunner {
  /** True if the rule's program exists and may be executed. */
  available(rule: string): Promise<boolean>;
  /** Runs a rule to its end and collects its output. */
  exec(rule: string, slots: SlotValues, call: Call): Promise<CommandResult>;
  /** Runs a rule and yields its lines as they come; exactly one `exit`, last. */
  stream(rule: string, slots: SlotValues, call: Call): AsyncIterable<CommandEvent>;
}
