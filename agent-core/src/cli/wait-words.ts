import type { DependencyContainer } from "tsyringe";
import { lockHolder } from "../state/file-lock.js";
import { STATE_FOLDER } from "../tokens.js";
import type { Output } from "./cli-context.js";

/** Says who has a lock that this command waits for, and what to do. @param what names what is waited for */
export function sayWaiting(container: DependencyContainer, output: Output, lock: string, what: string) {
  return (): void => {
    const holder = lockHolder(container.resolve(STATE_FOLDER).lock(lock));
    const who = holder === null ? "another redflag-agent" : `redflag-agent, process ${holder},`;
    output.err(`Waiting for ${what}: ${who} is using it. Ctrl-C ends the wait.`);
  };
}
