import { chmod, readdir, stat } from "node:fs/promises";
import path from "node:path";
import { withDiskFull } from "./disk-full.js";
import { makeFolder } from "./make-folder.js";
import { BrokenStateError, StateError } from "./state-error.js";

/** What the agent keeps in its state folder. */
export const OWN_NAMES: ReadonlySet<string> = new Set([
  "locks",
  "plugins",
  "reports",
  "reported",
  "receipts",
  "output",
  "runs",
  "credentials.json",
  "journal.log",
  "local.log",
  "plans",
  "last_scan.json",
  "last_boot.json",
  "config.json",
]);

/** What decides where the state lies. */
export interface StateFolderFacts {
  readonly platform: NodeJS.Platform;
  /** The user's number; null where there is none. */
  readonly uid: number | null;
  readonly home: string;
  /** `XDG_STATE_HOME`. */
  readonly xdgStateHome?: string | undefined;
  /** `ProgramData` on Windows. */
  readonly programData?: string | undefined;
}

/** Where the state lies when nobody says otherwise: the seed's place for root, the user's own for others. */
export function defaultStateFolder(facts: StateFolderFacts): string {
  if (facts.platform === "win32") return path.win32.join(facts.programData ?? "C:\\ProgramData", "RedFlag");
  if (facts.uid === 0) return "/var/lib/aggregator";
  return path.join(facts.xdgStateHome ?? path.join(facts.home, ".local/state"), "redflag-agent");
}

/** The paths inside one agent's state folder. */
export class StateFolder {
  constructor(readonly root: string) {}

  readonly lock = (name: string): string => path.join(this.root, "locks", `${name}.lock`);
  readonly plugin = (id: string): string => path.join(this.root, "plugins", id);
  readonly report = (source: string): string => path.join(this.root, "reports", `${source}.json`);
  readonly reported = (source: string): string => path.join(this.root, "reported", `${source}.json`);
  readonly receipt = (commandId: string): string => path.join(this.root, "receipts", `${commandId}.json`);
  readonly output = (commandId: string): string => path.join(this.root, "output", `${commandId}.ndjson`);
  readonly plan = (digest: string): string => path.join(this.root, "plans", `${digest}.json`);
  readonly run = (runId: string): string => path.join(this.root, "runs", runId);

  get credentials(): string {
    return path.join(this.root, "credentials.json");
  }
  /** The journal of what was ordered at this machine. */
  get localJournal(): string {
    return path.join(this.root, "local.log");
  }
  get journal(): string {
    return path.join(this.root, "journal.log");
  }
  get lastScan(): string {
    return path.join(this.root, "last_scan.json");
  }
  get lastBoot(): string {
    return path.join(this.root, "last_boot.json");
  }
}

/**
 * Makes the folder for this user alone and checks that it is.
 *
 * @throws BrokenStateError when it cannot be made, is not a folder, or belongs to somebody else; StateError when the
 *   disk is full.
 */
export async function openStateFolder(root: string, uid: number | null): Promise<StateFolder> {
  if (!path.isAbsolute(root)) {
    throw new BrokenStateError(
      `The state folder ${root} is not an absolute path; set REDFLAG_AGENT_STATE_DIR to one.`,
    );
  }
  try {
    await makeFolder(root);
  } catch (error) {
    const full = withDiskFull(error, root);
    if (full instanceof StateError) throw full;
    throw new BrokenStateError(
      `The state folder ${root} cannot be made (${String(Object(error).code)}). Set REDFLAG_AGENT_STATE_DIR to a folder that you may write to.`,
      { cause: error },
    );
  }
  const facts = await stat(root);
  if (!facts.isDirectory()) {
    throw new BrokenStateError(
      `The state folder ${root} is not a folder. Set REDFLAG_AGENT_STATE_DIR to one.`,
    );
  }
  if (uid !== null && facts.uid !== uid) {
    throw new BrokenStateError(
      `The state folder ${root} belongs to user ${facts.uid}, and this agent runs as ${uid}. Run it as that user, for example with sudo, or set REDFLAG_AGENT_STATE_DIR to a folder of your own.`,
    );
  }
  if (uid !== null && (facts.mode & 0o077) !== 0) await closeToOthers(root);
  return new StateFolder(root);
}

/** Takes others' access away, but only from a folder that is plainly ours, never from one like /tmp. */
async function closeToOthers(root: string): Promise<void> {
  const names = await readdir(root);
  if (names.every((name) => OWN_NAMES.has(name))) return chmod(root, 0o700);
  throw new BrokenStateError(
    `The state folder ${root} is open to other users and holds other things. Choose an empty folder, or run: chmod 700 ${root}`,
  );
}
