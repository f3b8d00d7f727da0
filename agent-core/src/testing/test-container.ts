import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { container, type DependencyContainer } from "tsyringe";
import { systemClock } from "../clock/system-clock.js";
import { processStarter } from "../exec/start-process.js";
import { silentLog } from "../log/silent-log.js";
import { StateFolder } from "../state/state-folder.js";
import { CLOCK, FILE_ROOT, HOST, LOG, PROCESS_STARTER, RANDOM, STATE_FOLDER, USER } from "../tokens.js";

/** A machine for one test: real processes and files, a state folder of its own. */
export interface TestMachine extends Disposable {
  readonly root: string;
  readonly state: StateFolder;
  readonly container: DependencyContainer;
}

/** Makes a machine in a temporary folder. */
export function testMachine(user: { isPrivileged?: boolean } = {}): TestMachine {
  const root = mkdtempSync(path.join(tmpdir(), "redflag-agent-"));
  const state = new StateFolder(path.join(root, "state"));
  mkdirSync(state.root, { mode: 0o700 });
  const isPrivileged = user.isPrivileged ?? true;
  const child = container.createChildContainer();
  child.registerInstance(CLOCK, systemClock);
  child.registerInstance(RANDOM, Math.random);
  child.registerInstance(FILE_ROOT, path.join(root, "machine"));
  child.registerInstance(PROCESS_STARTER, processStarter);
  child.registerInstance(LOG, silentLog);
  child.registerInstance(STATE_FOLDER, state);
  child.registerInstance(USER, { uid: process.getuid?.() ?? null, home: "/nonexistent", isPrivileged });
  child.registerInstance(HOST, {
    platform: "linux",
    arch: "x64",
    osId: "debian",
    osVersion: "12",
    osLike: [],
    privileged: isPrivileged,
    container: false,
    kernel: null,
  });
  return {
    root,
    state,
    container: child,
    [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }),
  };
}
