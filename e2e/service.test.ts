import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, test } from "vitest";

import { eventually } from "./harness/eventually.js";
import type { GraphqlScript } from "./harness/graphql-script.js";
import { agentNamed, freshAgent } from "./harness/script/agents.js";
import { endOf } from "./harness/script/commands.js";
import { updatesOf } from "./harness/script/updates.js";
import { outputShows, startSlowInstall, timesConfigured } from "./harness/slow-install.js";
import { whyNoWholeSystem, WholeSystem } from "./harness/whole-system.js";
import { named } from "./worlds/missing-parts.js";
import { SystemdMachine, whyNoSystemdMachine, whyNoTrustedCheckout } from "./worlds/systemd-machine.js";

const missing = whyNoWholeSystem("embedded database") ?? whyNoSystemdMachine() ?? whyNoTrustedCheckout();
const UNITS = ["redflag-agent.service", "redflag-agent.timer"];
const NAME = "debian-service";

describe.skipIf(missing)(named("The agent as a service of a machine with systemd", missing), () => {
  let system: WholeSystem<SystemdMachine> | undefined;

  const boot = async () => {
    system = await WholeSystem.bootOn("embedded database", NAME, (options) => SystemdMachine.boot(options));
    const script = await system.scriptOfFirstAdmin();
    const { machine, ready, server } = system;
    const argv = ["register", "--server", server.url, "--token", ready.registrationToken ?? ""];
    expect(await machine.agentCli(argv)).toMatchObject({ code: 0, stderr: "" });
    const systemctl = async (...args: string[]) =>
      (await machine.root.run(["systemctl", ...args])).stdout.trim();
    return { machine, script, systemctl };
  };

  afterEach(async () => {
    await system?.[Symbol.asyncDispose]();
    system = undefined;
  });

  test("install starts it and tells the server, once more changes nothing, uninstall leaves nothing", async () => {
    const { machine, script, systemctl } = await boot();
    const before = await filesOf(machine);
    expect(await machine.agentCli(["service", "status"])).toMatchObject({ code: 1 });
    expect(await machine.agentCli(["service", "install"])).toMatchObject({ code: 0, stderr: "" });
    await freshAgent(script, NAME);
    const pid = await systemctl("show", "--property=MainPID", "--value", UNITS[0]!);
    const status = JSON.parse((await machine.agentCli(["service", "status", "--json"])).stdout);
    expect(status).toMatchObject({ mode: "resident", isEnabled: true, isHealthy: true, nextRunAt: null });
    const again = await machine.agentCli(["service", "install"]);
    expect(again.stdout).toContain("is as it was");
    expect(await systemctl("show", "--property=MainPID", "--value", UNITS[0]!)).toBe(pid);

    const changed = await machine.agentCli(["service", "install"], { REDFLAG_LOG_LEVEL: "debug" });
    expect(changed.stdout).toContain("was changed and restarted");
    expect(await systemctl("show", "--property=MainPID", "--value", UNITS[0]!)).not.toBe(pid);

    const toTimer = await machine.agentCli(["service", "install", "--mode", "timer", "--interval", "30m"]);
    expect(toTimer).toMatchObject({ code: 0, stderr: "" });
    await eventually(
      "The end of the first run",
      () => systemctl("is-active", UNITS[0]!),
      (state) => state === "inactive",
    );
    const waiting = JSON.parse((await machine.agentCli(["service", "status", "--json"])).stdout);
    expect(waiting).toMatchObject({ mode: "timer", isHealthy: true, result: "success", exitCode: 0 });
    expect(Date.parse(waiting.nextRunAt)).toBeGreaterThan(Date.now());
    expect((await machine.root.run(["ps", "-e", "-o", "args"])).stdout).not.toContain("agent-core");

    const uninstalled = await machine.agentCli(["service", "uninstall", "--purge"]);
    expect(uninstalled).toMatchObject({ code: 0, stderr: "" });
    expect(await filesOf(machine)).toBe(before.replaceAll(/^\/var\/lib\/aggregator.*\n/gm, ""));
    expect(await systemctl("list-units", "--all", "--no-legend", "redflag*")).toBe("");
  });

  test("what is not ours or was edited is never overwritten, and hostile places are refused", async () => {
    const { machine, systemctl } = await boot();
    const file = "/etc/systemd/system/redflag-agent.service";
    machine.root.write(file, "[Service]\nExecStart=/bin/true\n");
    const foreign = await machine.agentCli(["service", "install"]);
    expect(foreign).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("was not made by redflag-agent"),
    });
    expect(machine.root.read(file)).toBe("[Service]\nExecStart=/bin/true\n");
    await machine.mustRun(["rm", file]);

    expect(await machine.agentCli(["service", "install"])).toMatchObject({ code: 0 });
    machine.root.write(file, machine.root.read(file).replace("KillMode=process", "KillMode=mixed"));
    for (const verb of ["install", "uninstall"]) {
      const edited = await machine.agentCli(["service", verb]);
      expect(edited).toMatchObject({ code: 1, stderr: expect.stringContaining("was edited by hand") });
    }
    expect(await machine.agentCli(["service", "install", "--force"])).toMatchObject({ code: 0 });
    expect(machine.root.read(file)).toContain("KillMode=process");
    expect(await machine.agentCli(["service", "uninstall"])).toMatchObject({ code: 0 });
    await systemctl("mask", UNITS[0]!);
    const masked = await machine.agentCli(["service", "install"]);
    expect(masked).toMatchObject({ code: 1, stderr: expect.stringContaining("systemctl unmask") });
    await systemctl("unmask", UNITS[0]!);

    const nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
    const asNobody = await machine.root.run([...nobody, ...machine.cliArgv(["service", "install"])]);
    expect(asNobody).toMatchObject({ code: 1, stderr: expect.stringContaining("Only root") });
    await machine.mustRun(["cp", "-L", machine.cliArgv([])[0]!, "/var/tmp/node"]);
    await machine.mustRun(["chown", "65534", "/var/tmp/node"]);
    const [, ...rest] = machine.cliArgv(["service", "install"]);
    const theirs = await machine.root.run(["/var/tmp/node", ...rest]);
    expect(theirs).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("can be changed by other users"),
    });
  });

  test("systemd reads hostile paths and values back as they are", async () => {
    const { machine, systemctl } = await boot();
    const odd = `/opt/100%i ünï x #;`;
    await machine.mustRun(["mkdir", odd]);
    await machine.mustRun(["cp", "-L", machine.cliArgv([])[0]!, `${odd}/node`]);
    const [, ...rest] = machine.cliArgv(["service", "install"]);
    const state = `/var/lib/a "%n" $HOME \\x41`;
    await machine.mustRun(["cp", "-a", "/var/lib/aggregator", state]);
    const done = await machine.root.run([`${odd}/node`, ...rest], {
      env: { REDFLAG_AGENT_STATE_DIR: state },
    });
    expect(done).toMatchObject({ code: 0, stderr: "" });
    expect(await systemctl("is-active", UNITS[0]!)).toBe("active");
    const pid = await systemctl("show", "--property=MainPID", "--value", UNITS[0]!);
    expect(machine.root.read(`/proc/${pid}/cmdline`).split("\0")[0]).toBe(`${odd}/node`);
    expect(machine.root.read(`/proc/${pid}/environ`).split("\0")).toContain(
      `REDFLAG_AGENT_STATE_DIR=${state}`,
    );
  });

  test("systemctl restart in mid-install: dpkg finishes once, and the end is true", async () => {
    const { machine, script, systemctl } = await boot();
    machine.root.write("/etc/toy-slow-seconds", "8");
    // As short as can be, so that the restart does not simply wait for dpkg.
    await machine.agentCli(["service", "install"], { REDFLAG_STOP_TIMEOUT_SECONDS: "0" });
    const agent = await freshAgent(script, NAME);
    const { command, update } = await startSlowInstall(script, agent.id);
    await outputShows(script, command, "toy-slow: 2 of");
    const pid = await systemctl("show", "--property=MainPID", "--value", UNITS[0]!);
    await machine.mustRun(["systemctl", "restart", UNITS[0]!]);
    expect(await systemctl("show", "--property=MainPID", "--value", UNITS[0]!)).not.toBe(pid);
    expect(await machine.installedVersion("toy-slow")).toBeUndefined();

    const end = await endOf(script, command, 120_000);
    expect(end).toMatchObject({ state: "SUCCEEDED", failure: null });
    expect(end.items).toMatchObject([{ name: "toy-slow", outcome: "SUCCEEDED", toVersion: "2.0" }]);
    expect(await machine.installedVersion("toy-slow")).toBe("2.0");
    expect(timesConfigured(machine, "toy-slow")).toBe(1);
    await verified(script, agent.id, update);
  });

  test.each([
    ["systemctl reboot --force --force", (root: SystemdMachine) => root.restartAtOnce()],
    ["kill -9 of everything", (root: SystemdMachine) => root.killAndRestart()],
  ])(
    "the machine is restarted in mid-install by %s: told at the next start, never called done",
    async (_how, restart) => {
      const { machine, script } = await boot();
      machine.root.write("/etc/toy-slow-seconds", "60");
      await machine.agentCli(["service", "install"]);
      const agent = await freshAgent(script, NAME);
      const { command, update } = await startSlowInstall(script, agent.id);
      await outputShows(script, command, "toy-slow: 2 of");
      const before = machine.root.bootId;
      await restart(machine.root);
      expect(machine.root.bootId).not.toBe(before);

      const end = await endOf(script, command, 120_000);
      expect(end).toMatchObject({ state: "FAILED" });
      expect(end.failure?.message).toContain("The machine was restarted while it installed");
      expect(end.items).toMatchObject([{ name: "toy-slow", outcome: "FAILED" }]);
      expect(end.items[0]?.message).toContain("half-configured");
      expect(machine.root.read("/var/lib/aggregator/last_boot.json")).toContain(machine.root.bootId);
      expect(timesConfigured(machine, "toy-slow")).toBe(0);
      await eventually(
        "A scan that says what is broken",
        () => agentNamed(script, NAME),
        (told) => told?.coverage.some(saysWhatIsBroken) ?? false,
      );
      const open = (await updatesOf(script, agent.id)).find(({ id }) => id === update);
      expect(open).toMatchObject({ state: "FAILED", closedReason: null });
      expect((await machine.agentCli(["scan"])).stdout).toContain("the scan is incomplete");
    },
  );

  test("the timer carries out what was queued while no agent ran, at the wake-ups that it makes up for", async () => {
    const { machine, script, systemctl } = await boot();
    const timer = (interval: string) =>
      machine.agentCli(["service", "install", "--mode", "timer", "--interval", interval]);
    expect((await timer("6h")).stderr).toContain("waits an hour at most");
    expect(await timer("1m")).toMatchObject({ code: 0, stderr: "" });
    const agent = await freshAgent(script, NAME);
    const work = startSlowInstall(script, agent.id).then(async ({ command, update }) => {
      expect(await endOf(script, command, 120_000)).toMatchObject({ state: "SUCCEEDED", failure: null });
      await verified(script, agent.id, update);
      return "over";
    });
    const stamp = "/var/lib/systemd/timers/stamp-redflag-agent.timer";
    do {
      await machine.mustRun(["touch", "--date=2 days ago", stamp]);
      await machine.mustRun(["systemctl", "restart", UNITS[1]!]);
    } while ((await Promise.race([work, sleep(2_500, "at work")])) !== "over");
    expect(await machine.installedVersion("toy-slow")).toBe("2.0");
    expect(timesConfigured(machine, "toy-slow")).toBe(1);
    await eventually(
      "The end of the last run",
      () => systemctl("show", "--property=MainPID", "--value", UNITS[0]!),
      (pid) => pid === "0",
    );
  });
});

const saysWhatIsBroken = ({ state, reason }: { state: string; reason: string | null }): boolean =>
  state !== "FRESH" && (reason?.includes("toy-slow is half-configured") ?? false);

/** Everything that installing a service could leave behind. */
async function filesOf(machine: WholeSystem<SystemdMachine>["machine"]): Promise<string> {
  const places = [
    "/etc/systemd",
    "/lib/systemd/system",
    "/var/lib/systemd/timers",
    "/run/systemd/system",
    "/var/lib/aggregator",
  ];
  const { stdout } = await machine.root.run(["find", ...places, "-not", "-name", ".*"]);
  return stdout;
}

async function verified(script: GraphqlScript, agent: string, update: string): Promise<void> {
  await eventually(
    "The proof by a fresh scan",
    () => updatesOf(script, agent, ["VERIFIED"]),
    (updates) => updates.some(({ id }) => id === update),
  );
}
