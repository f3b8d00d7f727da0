import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { freshAgent } from "./harness/script/agents.js";
import { updatesOf } from "./harness/script/updates.js";
import { whyNoWholeSystem, WholeSystem } from "./harness/whole-system.js";
import { named } from "./worlds/missing-parts.js";

const missing = whyNoWholeSystem("embedded database");

/** Prints one line for each package that a full upgrade would change: name, architecture, installed, candidate. */
const ASK_PYTHON_APT = `
import apt
cache = apt.Cache()
cache.upgrade(dist_upgrade=True)
for package in cache.get_changes():
    if package.marked_upgrade or package.marked_install:
        installed = package.installed.version if package.installed else "-"
        print(package.shortname, package.candidate.architecture, installed, package.candidate.version)
`;

describe.skipIf(missing)(named("What the API lists equals what apt itself says", missing), () => {
  let system: WholeSystem;
  let listed: string[];

  beforeAll(async () => {
    system = await WholeSystem.boot("embedded database", "debian-equal");
    const script = await system.scriptOfFirstAdmin();
    system.startAgent();
    const agent = await freshAgent(script, "debian-equal");
    const updates = await updatesOf(script, agent.id);
    listed = updates
      .filter(({ isHeld }) => !isHeld)
      .map((one) => [one.name, one.architecture, one.installedVersion ?? "-", one.candidateVersion].join(" "))
      .toSorted();
  });

  afterAll(async () => {
    await system?.[Symbol.asyncDispose]();
  });

  test("item by item with apt-get -s dist-upgrade", async () => {
    const simulation = await system.machine.mustRun(["apt-get", "-s", "dist-upgrade"]);
    const lines = simulation.split("\n").filter((line) => line.startsWith("Inst "));
    const said = lines.map((line) => {
      const [, name, installed, candidate, architecture] =
        /^Inst (\S+?)(?::\S+)? (?:\[(\S+)\] )?\((\S+) .*\[(\w+)\]\)/.exec(line) ?? [];
      return [name, architecture, installed ?? "-", candidate].join(" ");
    });
    expect(said.length).toBeGreaterThan(5);
    expect(listed).toEqual(said.toSorted());
  });

  test("item by item with python3-apt", async () => {
    const said = await system.machine.mustRun(["/usr/bin/python3", "-c", ASK_PYTHON_APT]);
    expect(listed).toEqual(said.trim().split("\n").toSorted());
  });
});
