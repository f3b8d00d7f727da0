import { existsSync, readdirSync, readFileSync } from "node:fs";
import { afterEach, describe, expect, test } from "vitest";

import { named } from "./missing-parts.js";
import { SystemdMachine, whyNoSystemdMachine } from "./systemd-machine.js";

const missing = whyNoSystemdMachine();
const HIERARCHIES = ["/sys/fs/cgroup", "/sys/fs/cgroup/systemd", "/sys/fs/cgroup/unified"];

describe.skipIf(missing)(named("Machine with systemd", missing), () => {
  const machines: SystemdMachine[] = [];
  const boot = async (hostname: string): Promise<SystemdMachine> => {
    const machine = await SystemdMachine.boot({ hostname });
    machines.push(machine);
    return machine;
  };

  afterEach(async () => {
    for (const machine of machines.splice(0)) await machine.stop();
  });

  test("boots systemd, and keeps its disk and name, but no process, over restarts and power cuts", async () => {
    const machine = await boot("debian-boots");
    expect((await machine.run(["systemctl", "list-units", "--failed", "--no-legend"])).stdout).toBe("");
    machine.write("/etc/kept", "kept");
    const boots = [machine.bootId];
    for (const restart of ["restartAtOnce", "killAndRestart"] as const) {
      await machine.run(["systemd-run", "--unit=old", "sleep", "1000"]);
      await machine[restart]();
      boots.push(machine.bootId);
      expect((await machine.run(["hostname"])).stdout).toBe("debian-boots\n");
      expect((await machine.run(["systemctl", "is-active", "old"])).stdout).toBe("inactive\n");
      expect(machine.read("/etc/kept")).toBe("kept");
    }
    expect(new Set(boots).size).toBe(3);
  });

  test("two machines know nothing of each other, and stopping leaves no process, mount or control group", async () => {
    const [one, two] = [await boot("debian-one"), await boot("debian-two")];
    await one.run(["systemd-run", "--unit=only-one", "sleep", "1000"]);
    expect((await one.run(["systemctl", "is-active", "only-one"])).stdout).toBe("active\n");
    expect((await two.run(["systemctl", "is-active", "only-one"])).stdout).toBe("inactive\n");
    const pids = machines.map(({ pid }) => pid);
    for (const machine of machines.splice(0)) await machine.stop();
    expect(pids.filter((pid) => existsSync(`/proc/${pid}`))).toEqual([]);
    expect(readFileSync("/proc/mounts", "utf8")).not.toContain("redflag-tests");
    const groups = HIERARCHIES.filter((folder) => existsSync(folder)).flatMap((folder) =>
      readdirSync(folder),
    );
    expect(groups.filter((name) => name.startsWith(`redflag-test-debian-one-${process.pid}`))).toEqual([]);
  });
});
