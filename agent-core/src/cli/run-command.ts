import { runAgent } from "../run/run-agent.js";
import { runOnce } from "../run/run-once.js";
import type { CliAction } from "./cli-context.js";
import { EXIT } from "./exit-codes.js";

/** The options of `redflag-agent run`. */
export interface RunOptions {
  readonly once?: boolean;
}

/** Runs the agent until it is told to stop, or, once, until there is nothing more to do. */
export const runCommand: CliAction<RunOptions> = async (context, { once }) => {
  const container = await context.open(context.config(), "stdout");
  if (once === true) return (await runOnce(container, context.stop)) ? EXIT.ok : EXIT.failed;
  await runAgent(container, context.stop);
  return EXIT.ok;
};
