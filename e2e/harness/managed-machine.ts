import { readFile, writeFile } from "node:fs/promises";

import { buildAptRepository, closeAptRepository } from "../worlds/apt-repository.js";
import type { AptRepository } from "../worlds/apt-repository.js";
import { TOY_INSTALLED } from "../worlds/apt-toy-packages.js";
import { CHECKOUT_INSIDE, DebianRoot, REPOSITORY_INSIDE } from "../worlds/debian-root.js";
import type { Finished, Running } from "../worlds/inside.js";

const NODE = `${CHECKOUT_INSIDE}/node_modules/.bin/node`;
const AGENT = `${CHECKOUT_INSIDE}/agent-core/dist/main.js`;

/** A real Debian machine with old toy packages, a signed repository that has newer ones, and our agent. */
export class ManagedMachine implements AsyncDisposable {
  readonly root: DebianRoot;
  readonly #repository: AptRepository;
  #agent: Running | undefined;

  private constructor(root: DebianRoot, repository: AptRepository) {
    this.root = root;
    this.#repository = repository;
  }

  /** @param dir empty folder for the repository and its key */
  static async boot(dir: string, hostname: string): Promise<ManagedMachine> {
    const repository = await buildAptRepository(dir);
    const root = await DebianRoot.boot({ hostname, repository: repository.dir, sourcesList: "" });
    const machine = new ManagedMachine(root, repository);
    await writeKey(root, await readFile(repository.keyFile));
    const suites = ["stable", "stable-security"];
    root.useSources(
      suites
        .map((suite) => `deb [signed-by=/etc/apt/toy.gpg] file:${REPOSITORY_INSIDE} ${suite} main\n`)
        .join(""),
    );
    await machine.mustRun(["apt-get", "update"]);
    await machine.mustRun(["apt-get", "install", "-y", "--no-install-recommends", ...TOY_INSTALLED]);
    await machine.mustRun(["apt-mark", "hold", "toy-held"]);
    return machine;
  }

  /** Runs the agent's command line inside, to its end. */
  agentCli(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Finished> {
    return this.root.run([NODE, AGENT, ...args], { env });
  }

  /** Starts the agent as a service would. */
  startAgent(env: Readonly<Record<string, string>>): void {
    this.#agent = this.root.start([NODE, AGENT, "run"], { env });
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
    return /^ii +(.+)$/.exec(stdout)?.[1];
  }

  async mustRun(argv: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await this.root.run(argv);
    if (code !== 0) throw new Error(`${argv.join(" ")} ended with ${code}:\n${stdout}${stderr}`);
    return stdout;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.root.stop();
    await closeAptRepository(this.#repository);
  }
}

async function writeKey(root: DebianRoot, key: Buffer): Promise<void> {
  await writeFile(root.outside("/etc/apt/toy.gpg"), key);
}
