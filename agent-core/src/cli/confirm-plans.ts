import type { CliContext } from "./cli-context.js";
import { removedNames } from "./describe-plan.js";
import { EXIT, type ExitCode } from "./exit-codes.js";
import type { MadePlan } from "./make-plans.js";
import { isYes } from "./terminal.js";

/** How somebody says yes beforehand. */
export interface ConsentOptions {
  readonly yes?: boolean;
  readonly acceptRemovals?: boolean;
}

/**
 * Asks, unless it was said beforehand. Removals are a question of their own, which a general yes does not answer.
 *
 * @returns undefined for yes; otherwise the exit code, and what is missing was said.
 */
export async function confirmPlans(
  context: CliContext,
  plans: readonly MadePlan[],
  options: ConsentOptions,
): Promise<ExitCode | undefined> {
  const { output } = context;
  const removing = plans.map(({ plan }) => plan).filter(({ alsoRemoves }) => alsoRemoves.length > 0);
  if (removing.length > 0 && options.acceptRemovals !== true) {
    const names = removing.map(removedNames).join(", ");
    if (options.yes === true || !context.terminal) {
      output.err(`This would REMOVE ${names}. Nothing was done. Say --accept-removals to allow that.`);
      return options.yes === true ? EXIT.failed : EXIT.usage;
    }
    if (!(await asks(context, `REMOVE ${names}?`))) return declined(context);
  }
  if (options.yes === true) return undefined;
  return confirm(context, "Install this?", "install");
}

/** Asks one question. @returns undefined for yes; otherwise the exit code, and why was said. */
export async function confirm(
  context: CliContext,
  question: string,
  verb: string,
): Promise<ExitCode | undefined> {
  if (!context.terminal) {
    context.output.err(
      `There is no terminal to ask at. Nothing was done. Say --yes to ${verb} without a question.`,
    );
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
