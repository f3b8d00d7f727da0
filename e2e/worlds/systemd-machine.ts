import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, statSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { CACHE, debianBase, whyNoDebianRoot } from "./debian-base.ts";
import { CHECKOUT, type DebianRootOptions } from "./debian-root.ts";
import { InsideMachine } from "./inside-machine.ts";
import { childOf } from "./inside.ts";
import { missingParts } from "./missing-parts.ts";
import { refuseOwnRoot } from "./own-root.ts";

const BOOT = path.join(import.meta.dirname, "boot-systemd.sh");
const PACKAGES = ["systemd", "systemd-sysv", "dbus"];
const BOOT_LIMIT_MS = 60_000;
/** Where control groups may lie, by the age of the system. */
const HIERARCHIES = ["/sys/fs/cgroup/systemd", "/sys/fs/cgroup/unified", "/sys/fs/cgroup"];

let booted = 0;

/** Why the agent of this checkout is no service that root would run; nothing when it is. */
export function whyNoTrustedCheckout(): string | undefined {
  const { uid, mode } = statSync(CHECKOUT);
  const isTrusted = uid === 0 && (mode & 0o022) === 0;
  return isTrusted ? undefined : `needs a checkout that only root may write to: chown root: ${CHECKOUT}`;
}

/** Why no machine with systemd can be booted here, for the name of a skipped suite; nothing when it can. */
export function whyNoSystemdMachine(): string | undefined {
  return (
    missingParts({ commands: { "systemd-nspawn": "systemd-container", setpriv: "util-linux" } }) ??
    whyNoDebianRoot()
  );
}

/**
 * A real Debian machine with systemd as its first process and the network of this machine. It can be restarted and
 * killed; its disk lasts.
 */
export class SystemdMachine extends InsideMachine {
  readonly #namespaces: ChildProcess;
  #leader = 0;
  #complaint = "";

  readonly #name: string;

  private constructor(namespaces: ChildProcess, name: string) {
    super();
    this.#name = name;
    this.#namespaces = namespaces;
    namespaces.stderr?.on("data", (chunk: Buffer) => (this.#complaint += chunk.toString()));
  }

  /** Boots a fresh copy; takes about a second once the base is built. */
  static async boot({ hostname = "debian", sourcesList }: DebianRootOptions = {}): Promise<SystemdMachine> {
    const base = await debianBase({ packages: PACKAGES });
    const mountpoint = path.join(CACHE, "mountpoint");
    mkdirSync(mountpoint, { recursive: true, mode: 0o700 });
    booted += 1;
    const name = `${hostname}-${process.pid}-${booted}`;
    const unshare = ["unshare", "--mount", "--pid", "--fork", "--mount-proc", "--kill-child=SIGKILL"];
    const argv = ["--pdeathsig", "KILL", ...unshare, BOOT, base, mountpoint, name, hostname, CHECKOUT];
    const machine = new SystemdMachine(spawn("setpriv", argv, { stdio: ["ignore", "ignore", "pipe"] }), name);
    try {
      await machine.#ready();
    } catch (error) {
      await machine.stop();
      throw error;
    }
    if (sourcesList !== undefined) machine.useSources(sourcesList);
    return machine;
  }

  override get pid(): number {
    return this.#leader;
  }

  /** Names this run of the machine; another after each restart. */
  get bootId(): string {
    return this.read("/proc/sys/kernel/random/boot_id").trim();
  }

  /** Ends every process inside at once, as a power cut does, and waits until the machine is up again. */
  async killAndRestart(): Promise<void> {
    await this.#restart(async () => void process.kill(this.#leader, "SIGKILL"));
  }

  /** Restarts without stopping anything before, as the kernel does at once, and waits until the machine is up again. */
  async restartAtOnce(): Promise<void> {
    await this.#restart(async () => void (await this.run(["systemctl", "reboot", "--force", "--force"])));
  }

  override async stop(): Promise<void> {
    if (this.#namespaces.exitCode !== null || this.#namespaces.signalCode !== null) return;
    this.#namespaces.kill("SIGKILL");
    await once(this.#namespaces, "exit");
    for (const hierarchy of HIERARCHIES)
      await removeGroup(path.join(hierarchy, `redflag-test-${this.#name}`));
  }

  async #restart(end: () => Promise<void>): Promise<void> {
    const before = this.#leader;
    await end();
    await this.#ready(before);
  }

  /** Waits for a first process other than `before` that says that the machine is up. */
  async #ready(before = 0): Promise<void> {
    const until = Date.now() + BOOT_LIMIT_MS;
    let said = "";
    while (Date.now() < until && this.#namespaces.exitCode === null) {
      const leader = this.#findLeader();
      if (leader !== undefined && leader !== before) {
        this.#leader = leader;
        const { stdout, stderr } = await this.run(["systemctl", "is-system-running"]).catch(
          (error: unknown) => ({
            stdout: "",
            stderr: String(error),
          }),
        );
        said = stdout + stderr;
        if (/^(running|degraded)$/m.test(stdout)) return;
      }
      await sleep(50);
    }
    throw new Error(`systemd did not come up: ${said} ${this.#complaint}`);
  }

  /** The first process inside: a child of nspawn, which is a child of the script, which is one of unshare. */
  #findLeader(): number | undefined {
    try {
      const nspawn = childOf(childOf(this.#namespaces.pid));
      const leader = childOf(nspawn);
      if (!readFileSync(`/proc/${leader}/comm`, "utf8").startsWith("systemd")) return undefined;
      if (!readFileSync(`/proc/${leader}/cmdline`, "utf8").includes("systemd\0")) return undefined;
      refuseOwnRoot(leader);
      return leader;
    } catch {
      return undefined;
    }
  }
}

/** Removes an empty control group and all below it, as soon as the kernel has buried what was in it. */
async function removeGroup(group: string): Promise<void> {
  for (let attempt = 0; existsSync(group) && attempt < 100; attempt += 1) {
    try {
      removeFolders(group);
    } catch {
      await sleep(20);
    }
  }
}

function removeFolders(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) removeFolders(path.join(folder, entry.name));
  }
  rmdirSync(folder);
}
