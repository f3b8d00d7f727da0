import type { BackgroundJob } from "../module.js";
import type { CommandParts } from "./command-parts.js";
import { forgetKeys } from "./forget-keys.js";
import { sweepCommands } from "./sweep-commands.js";

const EVERY_MS = 5_000;
const FORGET_EVERY = 120;

/** Looks every five seconds whose lease or deadline has run out, and every ten minutes for old keys. */
export function sweepRegularly(parts: CommandParts): BackgroundJob {
  const { database } = parts;
  let timer: NodeJS.Timeout | undefined;
  let sweeping: Promise<void> | undefined;
  let round = 0;
  const sweep = async (): Promise<void> => {
    try {
      await sweepCommands(parts);
      if (round % FORGET_EVERY === 0) await forgetKeys(database);
      round += 1;
    } catch (error) {
      database.log.warn({ err: error }, "Commands' deadlines could not be looked at");
    }
    sweeping = undefined;
  };
  return {
    name: "commands.deadlines",
    start: () => {
      timer = setInterval(() => {
        sweeping ??= sweep();
      }, EVERY_MS).unref();
    },
    stop: async () => {
      clearInterval(timer);
      await sweeping;
    },
  };
}
