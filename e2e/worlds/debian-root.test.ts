import { spawn } from "node:child_process";
import { cpSync, existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";

import { buildAptRepository, closeAptRepository } from "./apt-repository.js";
import { debianBase, whyNoDebianRoot } from "./debian-base.js";
import { DebianRoot, REPOSITORY_INSIDE } from "./debian-root.js";
import { named } from "./missing-parts.js";

const missing = whyNoDebianRoot();

describe.skipIf(missing)(named("Debian root", missing), () => {
  const roots: DebianRoot[] = [];
  const boot: typeof DebianRoot.boot = async (options) => {
    const root = await DebianRoot.boot(options);
    roots.push(root);
    return root;
  };

  beforeAll(async () => {
    await debianBase();
  }, 600_000);

  afterEach(async () => {
    for (const root of roots.splice(0)) await root.stop();
  });

  test("is Debian 12 with a name, a machine id and processes of its own", async () => {
    const root = await boot({ hostname: "web-1" });
    const script = `. /etc/os-release; echo "$ID $VERSION_ID $(hostname) $$"; ps -e | wc -l`;
    const { code, stdout } = await root.run(["/bin/sh", "-c", script]);
    const [facts, processes] = stdout.trim().split("\n");
    expect(code).toBe(0);
    expect(facts).toMatch(/^debian 12 web-1 \d{1,3}$/);
    expect(Number(processes)).toBeLessThan(10);
    expect(root.read("/etc/machine-id")).toMatch(/^[0-9a-f]{32}\n$/);
  });

  test("two copies know nothing of each other, nor does the base", async () => {
    const [one, two] = [await boot(), await boot()];
    one.write("/etc/only-one", "1");
    expect((await two.run(["test", "-e", "/etc/only-one"])).code).toBe(1);
    expect(existsSync(path.join(await debianBase(), "etc/only-one"))).toBe(false);
  });

  test("runs this checkout's Node and cannot write to the checkout", async () => {
    const root = await boot();
    const node = await root.run(["/opt/redflag/node_modules/.bin/node", "-p", "process.versions.node"]);
    expect(node).toMatchObject({ code: 0, stdout: `${process.versions.node}\n` });
    expect((await root.run(["touch", "/opt/redflag/x"])).stderr).toContain("Read-only file system");
  });

  test("reaches a server on this machine's loopback", async () => {
    const { createServer } = await import("node:http");
    const server = createServer((_request, response) => response.end("hello")).listen(0, "127.0.0.1");
    await vi.waitFor(() => expect(server.listening).toBe(true));
    const { port } = server.address() as { port: number };
    const root = await boot();
    const program = `fetch("http://127.0.0.1:${port}").then((r) => r.text()).then(console.log)`;
    const { stdout } = await root.run(["/opt/redflag/node_modules/.bin/node", "-e", program]);
    server.close();
    expect(stdout).toBe("hello\n");
  });

  test("keeps a process running, gives its output, and passes signals on", async () => {
    const root = await boot();
    const script = "trap 'echo bye; exit 3' TERM; echo $PLACE; while :; do sleep 0.1; done";
    const running = root.start(["/bin/bash", "-c", script], { env: { PLACE: "inside" } });
    await vi.waitFor(() => expect(running.output()).toBe("inside\n"), { timeout: 10_000 });
    running.kill("SIGTERM");
    expect(await running.finished).toMatchObject({ code: 3, stdout: "inside\nbye\n" });
    const killed = root.start(["/bin/sleep", "1000"]);
    await vi.waitFor(() => killed.kill("SIGKILL"), { timeout: 10_000 });
    expect(await killed.finished).toMatchObject({ signal: "SIGKILL" });
  });

  test("orphans are reaped, as by a real init", async () => {
    const root = await boot();
    const orphan = root.start(["/bin/bash", "-c", "sleep 1000 & echo $!"]);
    await vi.waitFor(() => expect(orphan.output()).toMatch(/^\d+\n$/), { timeout: 10_000 });
    await root.run(["kill", "-9", orphan.output().trim()]);
    await orphan.finished;
    const { stdout } = await root.run(["ps", "-eo", "stat,comm"]);
    expect(stdout).not.toMatch(/^Z/m);
  });

  test("sees the updates of a signed repository, as apt-get itself says", async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "redflag-repository-"));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const repository = await buildAptRepository(folder);
    onTestFinished(() => closeAptRepository(repository));
    const root = await boot({ repository: repository.dir });
    cpSync(repository.keyFile, root.outside("/etc/apt/toy.gpg"));
    const source = `deb [signed-by=/etc/apt/toy.gpg] file:${REPOSITORY_INSIDE}`;
    root.useSources(`${source} stable main\n${source} stable-security main\n`);
    expect(await root.run(["apt-get", "update"])).toMatchObject({ code: 0, stderr: "" });
    expect((await root.run(["apt-get", "install", "-y", "toy-app=1.0", "toy-lib=1.0"])).code).toBe(0);
    const { stdout } = await root.run(["apt-get", "-s", "dist-upgrade"]);
    expect(stdout.split("\n").filter((line) => line.startsWith("Inst "))).toEqual([
      "Inst toy-lib [1.0] (1.0.2 Toy-Security:stable-security [all])",
      "Inst toy-app [1.0] (1.2 Toy-Security:stable-security [all])",
    ]);
    const program =
      "import apt; c = apt.Cache(); c.upgrade(True); print(*sorted(p.name for p in c.get_changes()))";
    expect((await root.run(["python3", "-c", program])).stdout).toBe("toy-app toy-lib\n");
  });

  test("stopping ends every process inside and leaves no mount", async () => {
    const root = await boot();
    const running = root.start(["/bin/sleep", "1000"]);
    await root.stop();
    expect((await running.finished).code).not.toBe(0);
    expect(readFileSync("/proc/mounts", "utf8")).not.toContain("redflag-tests");
  });

  test("a test run that is killed leaves nothing behind", async () => {
    const module = JSON.stringify(path.join(import.meta.dirname, "debian-root.ts"));
    const hold = `
      const { DebianRoot } = await import(${module});
      const root = await DebianRoot.boot();
      root.start(["/bin/sleep", "1000"]);
      console.log(root.pid);`;
    const holder = spawn(process.execPath, ["--input-type=module", "-e", hold], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let marker = "";
    holder.stdout.on("data", (chunk: Buffer) => (marker += chunk.toString()));
    await vi.waitFor(() => expect(marker).toMatch(/^\d+\n$/), { timeout: 30_000 });
    holder.kill("SIGKILL");
    await vi.waitFor(() => expect(existsSync(`/proc/${marker.trim()}`)).toBe(false), { timeout: 10_000 });
  });
});
