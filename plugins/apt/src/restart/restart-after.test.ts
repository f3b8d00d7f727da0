import { PluginError } from "@redflag/plugin-sdk";
import path from "node:path";
import { expect, test } from "vitest";

import { MachineProcesses } from "../../../../e2e/worlds/machine-processes.js";
import { runMapping } from "../../../../e2e/worlds/map-file.js";
import { scan } from "../scan/scan.js";
import { describeApt } from "../testing/apt-suite.js";
import { installPlan, planPackages } from "../testing/apt-world.js";
import { makeCall, type TestContext, type TestContextOptions } from "../testing/test-context.js";

const CODE = "/usr/lib/toy-code/libtoy.so";
const PACKAGES = ["1.0", "2.0"].map((version) => ({
  name: "toy-code",
  version,
  files: { [CODE]: `code ${version}\n` },
}));

describeApt("what must restart after an installation", PACKAGES, (world) => {
  const openRoot = (options: Partial<TestContextOptions> = {}) => world.freshRoot(options, ["toy-code=1.0"]);
  const restartOf = async (context: TestContext) => {
    const { events } = await installPlan(context, await planPackages(context, ["toy-code"]));
    const last = events.at(-1);
    if (last?.type !== "finished") throw new Error("It did not finish.");
    return last.restart;
  };

  test("the result of an installation and the scan after it say the same", async () => {
    const machine = new MachineProcesses("/proc");
    // Whoever runs the tests may not see everybody's processes.
    const processes: TestContextOptions["processes"] = {
      findOutdated: async (call) => ({ ...(await machine.findOutdated(call)), complete: true }),
    };
    const { root, context } = await openRoot({ processes });
    await using program = await runMapping(path.join(root.dir, CODE), "toy-daemon");
    const restart = await restartOf(context);
    context.run.step = "scan";
    const { pendingRestarts = [] } = await scan(context, { refresh: false }, makeCall());
    const named = (kind: string) =>
      pendingRestarts.filter((one) => one.kind === kind).map(({ name }) => name);
    expect(pendingRestarts).toMatchObject([{ keys: ["toy-code"] }]);
    expect(restart).toMatchObject({ services: named("service"), sessions: named("session") });
    expect(restart.system ?? false).toBe(named("system").length > 0);
    expect(restart.reasons?.join(" ")).toContain(pendingRestarts[0]?.reason);
    await program.end();
  });

  test("nobody who sees only some processes says that nothing has to restart", async () => {
    const processes = { findOutdated: async () => ({ processes: [], complete: false }) };
    const { context } = await openRoot({ processes });
    expect(await restartOf(context)).toEqual({ services: null, system: null });
  });

  test("processes that cannot be looked at hide nothing of what was installed", async () => {
    const processes = { findOutdated: () => Promise.reject(new PluginError("INTERNAL", "No.")) };
    const { context } = await openRoot({ processes });
    expect(await restartOf(context)).toEqual({ services: null, system: null });
  });
});
