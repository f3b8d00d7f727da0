import { runAgent } from "../run/run-agent.js";
import type { CliAction } from "./cli-context.js";
import { EXIT } from "./exit-codes.js";

/** Runs the agent until it is told to stop. */
export const runCommand: CliAction<object> = async (context) => {
  const container = await context.open(context.config(), "stdout");
  await runAgent(container, context.stop);
  return EXIT.ok;
};
