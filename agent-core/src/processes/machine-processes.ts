import { readdir, readFile, readlink, stat } from "node:fs/promises";
import path from "node:path";
import {
  type Call,
  type OutdatedProcess,
  type OutdatedProcesses,
  PluginError,
  type Processes,
  type ProcessUnit,
} from "@redflag/plugin-sdk";
import { visibleText } from "../text/visible-text.js";
import { unitOf } from "./parse-cgroup.js";
import { replacedFiles } from "./parse-maps.js";

const AT_ONCE = 16;
const MAX_FILES = 500;
const MAX_NAME = 255;
const DENIED: ReadonlySet<unknown> = new Set(["EACCES", "EPERM"]);
/** A process that ended while it was looked at. */
const GONE: ReadonlySet<unknown> = new Set(["ENOENT", "ESRCH", "ENOTDIR"]);

/** Where a process sees its files. */
interface View {
  readonly namespace: string;
  readonly root: string;
}

/** Reads `/proc`. */
export class MachineProcesses implements Processes {
  readonly #proc: string;
  readonly #self: string;

  /**
   * @param proc the folder of the processes, `/proc`
   * @param self the process whose view of the files is the machine's
   */
  constructor(proc: string, self = "self") {
    this.#proc = proc;
    this.#self = self;
  }

  async findOutdated(call: Call): Promise<OutdatedProcesses> {
    const pids = (await readdir(this.#proc).catch(() => [])).filter((name) => /^\d+$/.test(name));
    const machine = await this.#viewOf(this.#self).catch(() => null);
    const processes: OutdatedProcess[] = [];
    // Without the first process in sight, nobody knows what else is hidden.
    let complete = machine !== null && pids.includes("1");
    for (let at = 0; at < pids.length; at += AT_ONCE) {
      if (call.signal.aborted) throw new PluginError("CANCELLED", "Looking at the processes was cancelled.");
      const looked = await Promise.all(pids.slice(at, at + AT_ONCE).map((pid) => this.#look(pid, machine)));
      for (const one of looked) {
        if (one === "denied") complete = false;
        else if (one !== null) processes.push(one);
      }
    }
    return {
      processes: processes.map((one) => ({ ...one, files: one.files.slice(0, MAX_FILES) })),
      complete: complete && processes.every(({ files }) => files.length <= MAX_FILES),
    };
  }

  /** Null when there is nothing to say of it. */
  async #look(pid: string, machine: View | null): Promise<OutdatedProcess | "denied" | null> {
    try {
      const files = replacedFiles(await this.#read(pid, "maps"));
      if (files.length === 0 || !isSameView(machine, await this.#viewOf(pid))) return null;
      const name = visibleText((await this.#read(pid, "comm")).trimEnd(), MAX_NAME) || `process ${pid}`;
      return { pid: Number(pid), name, files, unit: this.#unit(pid, name, await this.#read(pid, "cgroup")) };
    } catch (error) {
      const code: unknown = Object(error).code;
      if (GONE.has(code)) return null;
      if (DENIED.has(code)) return "denied";
      throw error;
    }
  }

  #unit(pid: string, name: string, cgroup: string): ProcessUnit {
    if (pid === "1") return { kind: "system", name: "init.scope" };
    const unit = unitOf(cgroup);
    return unit ? { ...unit, name: visibleText(unit.name, MAX_NAME) } : { kind: "service", name };
  }

  async #viewOf(pid: string): Promise<View> {
    const namespace = await readlink(path.join(this.#proc, pid, "ns/mnt"));
    const { dev, ino } = await stat(path.join(this.#proc, pid, "root/"), { bigint: true });
    return { namespace, root: `${dev}:${ino}` };
  }

  #read(pid: string, name: string): Promise<string> {
    return readFile(path.join(this.#proc, pid, name), "utf8");
  }
}

/**
 * A hardened service has a namespace of its own on the same root, and a program in a chroot another root in the same
 * namespace; a container has both.
 */
function isSameView(a: View | null, b: View): boolean {
  return a === null || a.namespace === b.namespace || a.root === b.root;
}
