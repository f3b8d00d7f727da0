import { readFile, writeFile } from "node:fs/promises";

import { buildAptRepository, closeAptRepository } from "../worlds/apt-repository.js";
import type { AptRepository } from "../worlds/apt-repository.js";
import { serveAptRepository } from "../worlds/apt-server.js";
import type { AptServer } from "../worlds/apt-server.js";
import { TOY_INSTALLED } from "../worlds/apt-toy-packages.js";
import { CHECKOUT_INSIDE, type DebianRoot, type DebianRootOptions } from "../worlds/debian-root.js";
import type { InsideMachine } from "../worlds/inside-machine.js";
import type { Finished, Running } from "../worlds/inside.js";

/** Boots the machine itself. */
export type BootRoot<Root extends InsideMachine> = (options: DebianRootOptions) => Promise<Root>;

const NODE = `${CHECKOUT_INSIDE}/node_modules/.bin/node`;
const AGENT = `${CHECKOUT_INSIDE}/agent-core/dist/main.js`;

/** A real Debian machine with old toy packages, a signed repository that has newer ones, and our agent. */
export class ManagedMachine<Root extends InsideMachine = DebianRoot> implements AsyncDisposable {
  readonly root: Root;
  /** The archive over HTTP: it can be made to misbehave. */
  readonly archive: AptServer;
  /** What the archive serves: it can be moved on. */
  readonly repository: AptRepository;
  #agent: Running | undefined;

  private constructor(root: Root, repository: AptRepository, archive: AptServer) {
    this.root = root;
    this.archive = archive;
    this.repository = repository;
  }

  /** @param dir empty folder for the repository and its key */
  static async boot<Root extends InsideMachine>(
    dir: string,
    hostname: string,
    bootRoot: BootRoot<Root>,
  ): Promise<ManagedMachine<Root>> {
    const repository = await buildAptRepository(dir);
    const archive = await serveAptRepository(repository);
    const root = await bootRoot({ hostname, sourcesList: "" });
    const machine = new ManagedMachine(root, repository, archive);
    await writeFile(root.outside("/etc/apt/toy.gpg"), await readFile(repository.keyFile));
    const source = `deb [signed-by=/etc/apt/toy.gpg] ${archive.url}`;
    root.useSources(`${source} stable main\n${source} stable-security main\n`);
    await machine.mustRun(["apt-get", "update"]);
    await machine.mustRun(["apt-get", "install", "-y", "--no-install-recommends", ...TOY_INSTALLED]);
    await machine.mustRun(["apt-mark", "hold", "toy-held"]);
    return machine;
  }

  /** Runs the agent's command line inside, to its end. */
  agentCli(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Finished> {
    return this.root.run(this.cliArgv(args), { env });
  }

  /** The agent's command line as it is run inside: Node, the program, its arguments. */
  cliArgv(args: readonly string[]): readonly string[] {
    return [NODE, AGENT, ...args];
  }

  /** Starts the agent as a service would. */
  startAgent(env: Readonly<Record<string, string>>): void {
    this.#agent = this.root.start(this.cliArgv(["run"]), { env });
  }

  /** Ends the agent alone with `kill -9`; what it started runs on. */
  async killAgentHard(): Promise<void> {
    if (!this.#agent) throw new Error("No agent runs.");
    this.#agent.kill("SIGKILL");
    await this.#agent.finished;
    this.#agent = undefined;
  }

  get agentOutput(): string {
    return this.#agent?.output() ?? "";
  }

  /** The installed version by the package database; nothing when it is not fully installed. */
  async installedVersion(name: string): Promise<string | undefined> {
    const query = ["dpkg-query", "-W", "-f", "${db:Status-Abbrev} ${Version}", name];
    const { stdout } = await this.root.run(query);
    return /^[ih]i +(.+)$/.exec(stdout)?.[1];
  }

  async mustRun(argv: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await this.root.run(argv);
    if (code !== 0) throw new Error(`${argv.join(" ")} ended with ${code}:\n${stdout}${stderr}`);
    return stdout;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.root.stop();
    await this.archive.close();
    await closeAptRepository(this.repository);
  }
}
