import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import path from "node:path";

import type { DebianRecipe } from "./debian-base.ts";
import { CACHE, debianBase } from "./debian-base.ts";
import { InsideMachine } from "./inside-machine.ts";
import { childOf } from "./inside.ts";
import { refuseOwnRoot } from "./own-root.ts";

/** What a fresh Debian machine is made of. */
export interface DebianRootOptions extends DebianRecipe {
  /** The folder to be overlaid, instead of a root of the recipe; / is this machine itself, which stays as it is. */
  readonly lower?: string;
  /** Host name inside; also tells two machines of one test apart. */
  readonly hostname?: string;
  /** Folder of an apt repository on this machine; appears read-only as `/srv/repository`. */
  readonly repository?: string;
  /** Contents of `/etc/apt/sources.list`, instead of the mirror that the root was built from. */
  readonly sourcesList?: string;
}

const ENTER = path.join(import.meta.dirname, "enter-debian-root.sh");
/** The checkout as this machine has it. */
export const CHECKOUT = path.resolve(import.meta.dirname, "../..");

/** The checkout inside a root: `node_modules/.bin/node agent-core/dist/main.js` runs from here. */
export const CHECKOUT_INSIDE = "/opt/redflag";
/** Where the repository appears inside. */
export const REPOSITORY_INSIDE = "/srv/repository";

/**
 * A real Debian machine but for kernel and init: its own files, processes and host name, the network of this machine.
 * Everything in it ends with `stop`, and with this process however that ends.
 */
export class DebianRoot extends InsideMachine {
  readonly #namespaces: ReturnType<typeof spawn>;
  readonly #init: number;

  private constructor(namespaces: ReturnType<typeof spawn>, init: number) {
    super();
    this.#namespaces = namespaces;
    this.#init = init;
  }

  /** Boots a fresh copy; takes a fraction of a second once the base is built. */
  static async boot(options: DebianRootOptions = {}): Promise<DebianRoot> {
    const base = options.lower ?? (await debianBase(options));
    const mountpoint = path.join(CACHE, "mountpoint");
    mkdirSync(mountpoint, { recursive: true, mode: 0o700 });
    const enter = [ENTER, base, mountpoint, options.hostname ?? "debian", CHECKOUT];
    if (options.repository) enter.push(options.repository);
    const unshare = [
      "unshare",
      "--mount",
      "--pid",
      "--uts",
      "--ipc",
      "--fork",
      "--kill-child=SIGKILL",
      ...enter,
    ];
    const namespaces = spawn("setpriv", ["--pdeathsig", "KILL", ...unshare], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    let complaint = "";
    namespaces.stderr.on("data", (chunk: Buffer) => (complaint += chunk.toString()));
    const ready = once(namespaces.stdout, "data");
    const ended = once(namespaces, "exit").then(([code]) => {
      throw new Error(`The Debian root did not come up (code ${code}): ${complaint.trim()}`);
    });
    await Promise.race([ready, ended]);
    ended.catch(() => {});
    const init = childOf(namespaces.pid);
    refuseOwnRoot(init);
    const root = new DebianRoot(namespaces, init);
    if (options.sourcesList !== undefined) root.useSources(options.sourcesList);
    return root;
  }

  override get pid(): number {
    return this.#init;
  }

  override async stop(): Promise<void> {
    if (this.#namespaces.exitCode !== null || this.#namespaces.signalCode !== null) return;
    this.#namespaces.kill("SIGKILL");
    await once(this.#namespaces, "exit");
  }
}
