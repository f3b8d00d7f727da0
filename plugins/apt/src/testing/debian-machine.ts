import type { Processes } from "@redflag/plugin-sdk";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";

import {
  addPackages,
  buildAptRepository,
  closeAptRepository,
  type AptRepository,
} from "../../../../e2e/worlds/apt-repository.js";
import { serveAptRepository } from "../../../../e2e/worlds/apt-server.js";
import { TOY_INSTALLED, type ToyPackage } from "../../../../e2e/worlds/apt-toy-packages.js";
import { CACHE, type DebianRecipe } from "../../../../e2e/worlds/debian-base.js";
import { DebianRoot } from "../../../../e2e/worlds/debian-root.js";
import { commandInside } from "../../../../e2e/worlds/inside.js";
import { MachineProcesses } from "../../../../e2e/worlds/machine-processes.js";
import { makeTestContext, type TestContext } from "./test-context.js";

/** The plugin's own folder, inside. */
export const DATA_DIR = "/var/lib/redflag-data";

/** A whole Debian machine with old toy packages, a context that works on it, and the archive that has newer ones. */
export interface DebianMachine {
  readonly root: DebianRoot;
  readonly context: TestContext;
  readonly repository: AptRepository;
  /** Runs a command there and returns what it printed; anything but 0 is an error. */
  run(...argv: string[]): Promise<string>;
  close(): Promise<void>;
}

/** From here the files of a program inside are called by the folder that is its root. */
function processesInside(root: DebianRoot): Processes {
  const inside = new MachineProcesses(root.outside("/proc"), "1");
  const prefix = path.join(CACHE, "mountpoint/root");
  return {
    async findOutdated(call) {
      const { processes, complete } = await inside.findOutdated(call);
      const files = (one: readonly string[]) => one.map((file) => file.replace(prefix, ""));
      return { complete, processes: processes.map((one) => ({ ...one, files: files(one.files) })) };
    },
  };
}

/** @param packages added to the archive; the first version of each is installed */
export async function openDebianMachine(
  recipe: DebianRecipe,
  packages: readonly ToyPackage[],
): Promise<DebianMachine> {
  const dir = await mkdtemp(path.join(os.tmpdir(), "apt-machine-"));
  const repository = await buildAptRepository(path.join(dir, "world"));
  await addPackages(repository, packages);
  const server = await serveAptRepository(repository);
  const root = await DebianRoot.boot({ ...recipe, hostname: "debian-apt" });
  const run = async (...argv: string[]): Promise<string> => {
    const { code, stdout, stderr } = await root.run(argv, { env: { NEEDRESTART_SUSPEND: "1" } });
    if (code !== 0) throw new Error(`${argv.join(" ")} ended with ${code}:\n${stdout}${stderr}`);
    return stdout;
  };
  await mkdir(root.outside("/etc/apt"), { recursive: true });
  root.write("/etc/apt/toy.b64", (await readFile(repository.keyFile)).toString("base64"));
  await run("/bin/sh", "-c", "base64 -d /etc/apt/toy.b64 > /etc/apt/toy.gpg");
  const source = `deb [signed-by=/etc/apt/toy.gpg] ${server.url}`;
  root.useSources(`${source} stable main\n${source} stable-security main\n`);
  await run("apt-get", "update");
  const firsts = new Map(packages.toReversed().map(({ name, version }) => [name, `${name}=${version}`]));
  await run("apt-get", "install", "-y", "--no-install-recommends", ...TOY_INSTALLED, ...firsts.values());
  await run("apt-mark", "hold", "toy-held");
  const machine = {
    dir: root.outside("/"),
    has: (file: string) => existsSync(root.outside(file)),
    command: (argv: readonly string[], env: Readonly<Record<string, string>>) =>
      commandInside(root.pid, argv, env),
  };
  await mkdir(root.outside(DATA_DIR), { recursive: true, mode: 0o700 });
  return {
    root,
    repository,
    run,
    context: makeTestContext({
      config: { lockTimeoutSeconds: 1 },
      dataDir: DATA_DIR,
      machine,
      processes: processesInside(root),
      host: { kernel: { release: "6.1.0-1-amd64", version: "#1 SMP Debian 6.1.1-1 (2023-01-01)" } },
    }),
    async close() {
      await root.stop();
      await server.close();
      await closeAptRepository(repository);
      await rm(dir, { recursive: true, force: true });
    },
  };
}
