import { PluginError } from "@redflag/plugin-sdk";
import { expect, test } from "vitest";

import { readInstalled } from "../packages/installed.js";
import { describeApt } from "../testing/apt-suite.js";
import { installPlan, planPackages } from "../testing/apt-world.js";
import { makeCall, refusalOf, type TestContext } from "../testing/test-context.js";
import { isUntouched } from "./outcome.js";

describeApt("I3 whoever changed anything ends in finished, whatever fails afterwards", [], (world) => {
  const versionOf = async (context: TestContext, key: string) =>
    (await readInstalled(context, makeCall())).get(key)?.version;

  test("dpkg's database cannot be read after the commit: nothing is called installed", async () => {
    const { context } = await world.freshRoot();
    const approved = await planPackages(context, ["toy-native"]);
    const { exec } = context.run;
    let isCommitted = false;
    context.run.beforeRun = (rule) => (isCommitted ||= rule === "install");
    context.run.exec = async (rule, slots, call) => {
      const result = await exec(rule, slots, call);
      return isCommitted && rule === "list-installed" ? { ...result, exitCode: 2, stdout: "" } : result;
    };
    const { receipt } = await installPlan(context, approved);
    expect(receipt).toMatchObject({
      outcome: "failed",
      items: [{ key: "toy-native", fromVersion: "1:1.0-1", toVersion: null, outcome: "failed" }],
    });
    expect(receipt.items[0]?.message).toContain("cannot be read. apt/list-installed ended with 2");
    context.run.exec = exec;
    expect(await versionOf(context, "toy-native")).toBe("1:1.0-1+deb12u1");
  });

  test("the stream of the commit breaks off: dpkg's database tells what became of it", async () => {
    const { context } = await world.freshRoot();
    const approved = await planPackages(context, ["toy-native"]);
    const { stream } = context.run;
    context.run.stream = async function* (rule, slots, call) {
      for await (const event of stream(rule, slots, call)) {
        if (rule === "install" && event.kind === "exit") throw new PluginError("INTERNAL", "Broken off.");
        yield event;
      }
    };
    const { receipt } = await installPlan(context, approved);
    expect(receipt).toMatchObject({ outcome: "succeeded", items: [{ toVersion: "1:1.0-1+deb12u1" }] });
  });

  test("the commit cannot be started: an error, and nothing is changed", async () => {
    const { context } = await world.freshRoot();
    const approved = await planPackages(context, ["toy-native"]);
    const before = await readInstalled(context, makeCall());
    context.run.beforeRun = (rule) => {
      if (rule === "install") throw new PluginError("COMMAND_FAILED", "It cannot be started.");
    };
    expect(await refusalOf(installPlan(context, approved))).toMatchObject({ code: "COMMAND_FAILED" });
    expect(isUntouched({ before, after: await readInstalled(context, makeCall()) })).toBe(true);
  });

  test("the marker of a restart cannot be looked for: the receipt comes all the same", async () => {
    const { context } = await world.freshRoot();
    const approved = await planPackages(context, ["toy-native"]);
    const files = { ...context.files, exists: () => Promise.reject(new PluginError("INTERNAL", "No.")) };
    const { receipt, events } = await installPlan({ ...context, files }, approved);
    expect(receipt.outcome).toBe("succeeded");
    expect(events.at(-1)).toMatchObject({ restart: { services: null, system: null } });
  });

  test("a package outside of the plan that was touched is noticed", async () => {
    const { context } = await world.freshRoot();
    const before = await readInstalled(context, makeCall());
    expect(isUntouched({ before, after: new Map(before) })).toBe(true);
    const [first] = before.values();
    const unconfigured = new Map(before).set(first!.key, { ...first!, isConfigured: false });
    expect(isUntouched({ before, after: unconfigured })).toBe(false);
    const grown = new Map(before).set("new", { ...first!, key: "new" });
    expect(isUntouched({ before, after: grown })).toBe(false);
  });
});
