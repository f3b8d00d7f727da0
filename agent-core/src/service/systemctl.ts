import type { CommandResult } from "@redflag/plugin-sdk";
import { runProgram } from "../exec/run-program.js";
import type { ProcessFacts } from "../run/process-facts.js";
import { visibleText } from "../text/visible-text.js";
import { ServiceError } from "./service-error.js";

const FILE = "/usr/bin/systemctl";
const LIMIT_MS = 60_000;

/** Properties of a unit as `systemctl show` gives them. */
export type UnitProperties = Readonly<Record<string, string>>;

/** Speaks with the service manager of this machine. */
export class Systemctl {
  /** @param signal ends what runs */
  constructor(
    readonly facts: Pick<ProcessFacts, "starter" | "uid" | "home">,
    readonly signal: AbortSignal,
  ) {}

  /**
   * Runs systemctl.
   *
   * @param moreMs how much longer than usual it may take
   * @throws ServiceError with systemd's own words
   */
  async run(argv: readonly string[], moreMs = 0): Promise<string> {
    const limit = AbortSignal.timeout(LIMIT_MS + moreMs);
    const { exitCode, stdout, stderr } = await this.#start(argv, AbortSignal.any([this.signal, limit]));
    if (exitCode === 0) return stdout;
    if (limit.aborted) throw new ServiceError(`systemctl ${argv.join(" ")} took too long and was ended.`);
    const said = visibleText((stderr || stdout).trim().split("\n").slice(0, 5).join(" "), 1_000);
    throw new ServiceError(`systemctl ${argv.join(" ")} failed: ${said || "it gave no reason"}`);
  }

  /** What systemd knows of a unit; a unit that it does not know has LoadState "not-found". */
  async show(unit: string, properties: readonly string[]): Promise<UnitProperties> {
    const text = await this.run(["show", unit, `--property=${properties.join(",")}`]);
    const pairs = text.split("\n").map((line) => line.split(/=(.*)/su, 2) as [string, string | undefined]);
    return Object.fromEntries(pairs.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
  }

  /** The version of systemd. */
  async version(): Promise<number> {
    const [, digits = "0"] = /^systemd (\d+)/u.exec(await this.run(["--version"])) ?? [];
    return Number(digits);
  }

  #start(argv: readonly string[], signal: AbortSignal): Promise<CommandResult> {
    const { starter, uid, home } = this.facts;
    return runProgram(starter, {
      file: FILE,
      argv: ["--no-pager", "--no-ask-password", ...argv],
      uid,
      home,
      signal,
    });
  }
}
