import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { testFacts } from "../testing/run-test-agent.js";
import { checkTrustedFile } from "./check-trusted-file.js";
import { installService } from "./install-service.js";
import { checkIsRoot, openSystemd } from "./open-systemd.js";
import { Systemctl } from "./systemctl.js";
import { parseTimerInterval } from "./timer-interval.js";

let root: string;
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), "redflag-service-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const never = new AbortController().signal;

test("a machine that systemd does not run is told what else there is", async () => {
  await expect(openSystemd(testFacts({}, root), never)).rejects.toThrow(
    /systemd does not run this machine\. Let/,
  );
  mkdirSync(path.join(root, "run/systemd/system"), { recursive: true });
  await expect(openSystemd(testFacts({}, root), never)).resolves.toBeDefined();
});

test("others than root change no service", () => {
  expect(() => checkIsRoot({ ...testFacts(), uid: 1000 })).toThrow(/Only root/);
  expect(() => checkIsRoot({ ...testFacts(), uid: null })).toThrow(/Only root/);
  expect(() => checkIsRoot({ ...testFacts(), uid: 0 })).not.toThrow();
});

test("a program that others may change, or whose folder they may, is not run as root", async () => {
  const folder = path.join(root, "agent");
  const file = path.join(folder, "main.js");
  mkdirSync(folder, { mode: 0o755 });
  writeFileSync(file, "", { mode: 0o644 });
  chmodSync(file, 0o664);
  await expect(checkTrustedFile(file)).rejects.toThrow(`${file} can be changed by other users`);
  chmodSync(file, 0o644);
  chmodSync(folder, 0o777);
  await expect(checkTrustedFile(file)).rejects.toThrow("can be changed by other users");
  await expect(checkTrustedFile(path.join(root, "none"))).rejects.toThrow("cannot be read (ENOENT)");
});

test("no service is installed that would obey settings of somebody else", async () => {
  const settings = path.join(root, "config.json");
  writeFileSync(settings, "{}");
  chmodSync(settings, 0o666);
  const facts = testFacts({}, root);
  const installing = installService(
    facts,
    new Systemctl(facts, never),
    {
      mode: "resident",
      interval: parseTimerInterval("15m"),
      node: "/bin/sh",
      program: "/bin/sh",
      environment: {},
      stopTimeoutSeconds: 1,
      systemdVersion: 252,
    },
    { force: false, obeyed: [settings], beforeWriting: () => Promise.resolve() },
  );
  await expect(installing).rejects.toThrow(`${settings} can be changed by other users`);
  expect(existsSync(path.join(root, "etc"))).toBe(false);
});
