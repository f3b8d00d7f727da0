import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { gatherFacts } from "./facts.js";
import { readHost } from "./host.js";

let root: string;
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), "redflag-facts-"));
  mkdirSync(path.join(root, "etc"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const setting = (changes = {}) => ({
  fileRoot: root,
  platform: "linux" as const,
  arch: "x64",
  agentVersion: "0.1.0",
  isPrivileged: false,
  requiresReboot: null,
  hostname: "web-1",
  ...changes,
});

test("facts come from os-release and machine-id, and the machine id itself never leaves", async () => {
  writeFileSync(
    path.join(root, "etc/os-release"),
    'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nVERSION_ID="12"\nID=debian\n',
  );
  writeFileSync(path.join(root, "etc/machine-id"), "0123456789abcdef0123456789abcdef\n");
  const facts = await gatherFacts(setting());
  expect(facts).toMatchObject({
    hostname: "web-1",
    osName: "Debian GNU/Linux 12 (bookworm)",
    osVersion: "12",
    canInstall: false,
    cannotInstallReason: "Installing needs root: run the agent as root.",
  });
  expect(facts.machineFingerprint).toMatch(/^[0-9a-f]{64}$/);
  expect(JSON.stringify(facts)).not.toContain("0123456789abcdef0123");
  expect(await readHost(setting())).toMatchObject({ osId: "debian", osVersion: "12", privileged: false });
});

test("B19 a hostile host name, os-release and machine-id are bounded and visible", async () => {
  const hostile = `${"x".repeat(20_000)}\u001b]0;owned\u0007`;
  writeFileSync(
    path.join(root, "etc/os-release"),
    `PRETTY_NAME="<script>'; DROP TABLE agents;--${hostile}"\nVERSION_ID=../../${hostile}\n`,
  );
  writeFileSync(path.join(root, "etc/machine-id"), hostile);
  const facts = await gatherFacts(setting({ hostname: `a\nb\u001b[2J${hostile}` }));
  expect(facts.hostname).toHaveLength(255);
  expect(facts.hostname.startsWith("a\\x0ab\\x1b[2J")).toBe(true);
  expect(facts.osName!.length).toBeLessThanOrEqual(255);
  expect(facts.osVersion!.length).toBeLessThanOrEqual(64);
  expect(JSON.stringify(facts)).not.toContain("\\u001b");
});

test("the kernel that runs is the machine's own word, and unknown without one", async () => {
  expect((await readHost(setting())).kernel).toBeNull();
  const folder = path.join(root, "proc/sys/kernel");
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, "osrelease"), "6.1.0-31-amd64\n");
  writeFileSync(path.join(folder, "version"), "#1 SMP PREEMPT_DYNAMIC Debian 6.1.128-1 (2025-02-07)\n");
  expect((await readHost(setting())).kernel).toEqual({
    release: "6.1.0-31-amd64",
    version: "#1 SMP PREEMPT_DYNAMIC Debian 6.1.128-1 (2025-02-07)",
  });
});

test("a machine without any of these files still has facts", async () => {
  const facts = await gatherFacts(setting({ isPrivileged: true }));
  expect(facts).toMatchObject({ osName: "linux", canInstall: true, cannotInstallReason: null });
  expect(facts).not.toHaveProperty("machineFingerprint");
});
