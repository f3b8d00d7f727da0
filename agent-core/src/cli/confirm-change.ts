import type { PlanRemoval } from "@redflag/plugin-sdk";
import type { CliContext } from "./cli-context.js";
import { removedNames } from "./describe-plan.js";
import { EXIT, type ExitCode } from "./exit-codes.js";
import { isYes } from "./terminal.js";

/** How somebody says yes beforehand. */
export interface ConsentOptions {
  readonly yes?: boolean;
  readonly acceptRemovals?: boolean;
}

/** What somebody is to say yes to. */
export interface Change {
  /** Packages that go away. */
  readonly alsoRemoves: readonly PlanRemoval[];
  readonly question: string;
  /** What `--yes` allows, for a sentence. */
  readonly verb: string;
}

/**
 * Asks, unless it was said beforehand. Removals are a question of their own, which a general yes does not answer.
 *
 * @returns undefined for yes; otherwise the exit code, and what is missing was said.
 */
export async function confirmChange(
  context: CliContext,
  { alsoRemoves, question, verb }: Change,
  options: ConsentOptions,
): Promise<ExitCode | undefined> {
  const { output, terminal } = context;
  if (alsoRemoves.length > 0 && options.acceptRemovals !== true) {
    const names = removedNames(alsoRemoves);
    if (options.yes === true || !terminal) {
      output.err(`This would REMOVE ${names}. Nothing was done. Say --accept-removals to allow that.`);
      return options.yes === true ? EXIT.failed : EXIT.usage;
    }
    if (!(await asks(context, `REMOVE ${names}?`))) return declined(context);
  }
  if (options.yes === true) return undefined;
  if (!terminal) {
    output.err(`There is no terminal to ask at. Nothing was done. Say --yes to ${verb} without a question.`);
    return EXIT.usage;
  }
  return (await asks(context, question)) ? undefined : declined(context);
}

async function asks({ terminal, stop }: CliContext, question: string): Promise<boolean> {
  return isYes(await terminal?.ask(`${question} [y/N] `, stop));
}

function declined({ output }: CliContext): ExitCode {
  output.err("Nothing was done.");
  return EXIT.failed;
}
