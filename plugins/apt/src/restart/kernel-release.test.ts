import { compareDebianVersions } from "@redflag/plugin-sdk";
import fc from "fast-check";
import { expect, test } from "vitest";

import { parseInstalled } from "../parse/parse-installed.js";
import {
  compareKernels,
  isKernelMeta,
  parseKernelRelease,
  releaseOfImage,
  runningPackageVersion,
} from "./kernel-release.js";
import { findKernelRestart } from "./kernel-restart.js";

test.each([
  ["6.1.0-31-amd64", "6.1.0-31", "amd64"],
  ["6.1.0-31-cloud-amd64", "6.1.0-31", "cloud-amd64"],
  ["6.1.0-31-rt-amd64", "6.1.0-31", "rt-amd64"],
  ["6.1.0-0.deb11.6-amd64", "6.1.0-0.deb11.6", "amd64"],
  ["6.12.48+deb13-amd64", "6.12.48+deb13", "amd64"],
  ["6.12.9+bpo-cloud-arm64", "6.12.9+bpo", "cloud-arm64"],
  ["6.13-rc7-amd64", "6.13-rc7", "amd64"],
  ["5.15.0-122-generic", "5.15.0-122", "generic"],
  ["5.15.0-1072-aws", "5.15.0-1072", "aws"],
  ["6.8.12-4-pve", "6.8.12-4", "pve"],
  ["6.6.31+rpt-rpi-v8", "6.6.31+rpt", "rpi-v8"],
  ["4.19.0-6-686-pae", "4.19.0-6", "686-pae"],
])("%s is %s of the flavour %s", (release, order, flavour) =>
  expect(parseKernelRelease(release)).toEqual({ order, flavour }),
);

test.each(["", "6", "6.1.0", "amd64", "6.1.0-", "-amd64"])("%j names no flavour", (release) =>
  expect(parseKernelRelease(release)).toBeNull(),
);

test.each([
  ["linux-image-6.1.0-31-amd64", "6.1.0-31-amd64"],
  ["linux-image-6.1.0-31-amd64-unsigned", "6.1.0-31-amd64"],
  ["linux-image-unsigned-5.15.0-122-generic", "5.15.0-122-generic"],
  ["proxmox-kernel-6.8.12-4-pve-signed", "6.8.12-4-pve"],
  ["pve-kernel-6.2.16-19-pve", "6.2.16-19-pve"],
  ["linux-image-amd64", null],
  ["linux-headers-6.1.0-31-amd64", null],
  ["proxmox-kernel-6.8", null],
  ["linux-base", null],
])("the image %s brings %s", (name, release) => expect(releaseOfImage(name)).toBe(release));

test("a meta-package belongs to one flavour", () => {
  expect(isKernelMeta("linux-image-amd64", "amd64")).toBe(true);
  expect(isKernelMeta("linux-image-cloud-amd64", "amd64")).toBe(false);
  expect(isKernelMeta("linux-generic-hwe-24.04", "generic")).toBe(true);
  expect(isKernelMeta("linux-generic", "generic")).toBe(true);
  expect(isKernelMeta("proxmox-default-kernel", "pve")).toBe(true);
  expect(isKernelMeta("proxmox-kernel-6.8", "amd64")).toBe(false);
});

test("builders name the package's version each in their own way", () => {
  const debian = parseKernelRelease("6.1.0-31-amd64")!;
  const uname = "#1 SMP PREEMPT_DYNAMIC Debian 6.1.128-1 (2025-02-07)";
  expect(runningPackageVersion(debian, uname)).toBe("6.1.128-1");
  const ubuntu = parseKernelRelease("5.15.0-122-generic")!;
  const upload = "#132~20.04.1-Ubuntu SMP Fri Aug 30 13:57:04 UTC 2024";
  expect(runningPackageVersion(ubuntu, upload)).toBe("5.15.0-122.132~20.04.1");
  const proxmox = parseKernelRelease("6.8.12-4-pve")!;
  const pmx = "#1 SMP PREEMPT_DYNAMIC PMX 6.8.12-4 (2024-11-06T15:04Z)";
  expect(runningPackageVersion(proxmox, pmx)).toBe("6.8.12-4");
  expect(runningPackageVersion(debian, "#1 SMP whoever built it")).toBeNull();
});

const number = fc.integer({ min: 0, max: 400 });
const flavour = fc.constantFrom("amd64", "cloud-amd64", "rt-amd64", "generic", "pve", "rpi-v8");
const release = fc.record({
  version: fc.tuple(fc.integer({ min: 2, max: 9 }), number, number).map((parts) => parts.join(".")),
  abi: fc.option(number, { nil: undefined }),
  flavour,
});
const text = (one: { version: string; abi: number | undefined; flavour: string }): string =>
  [one.version, one.abi, one.flavour].filter((part) => part !== undefined).join("-");

test("over random releases the flavour comes back, an image brings what it names, and the order is dpkg's", () => {
  fc.assert(
    fc.property(release, release, (a, b) => {
      const [left, right] = [parseKernelRelease(text(a))!, parseKernelRelease(text(b))!];
      expect(left.flavour).toBe(a.flavour);
      expect(releaseOfImage(`linux-image-${text(a)}`)).toBe(text(a));
      expect(compareKernels(left, right)).toBe(compareDebianVersions(left.order, right.order));
      expect(Math.sign(compareKernels(left, right))).toBe(-Math.sign(compareKernels(right, left)) + 0);
    }),
  );
});

test("no release or name breaks a parser", () => {
  const any = fc.oneof(fc.string({ maxLength: 300 }), fc.stringMatching(/^[0-9.+a-z-]{0,300}$/));
  fc.assert(
    fc.property(any, (name) => {
      const parsed = parseKernelRelease(name);
      expect(parsed === null || parsed.flavour !== "").toBe(true);
      expect(releaseOfImage(`linux-image-${name}`) === null || parsed !== undefined).toBe(true);
      expect(typeof isKernelMeta(name, "amd64")).toBe("boolean");
    }),
  );
});

const RUNNING = {
  release: "6.1.0-30-amd64",
  version: "#1 SMP PREEMPT_DYNAMIC Debian 6.1.124-1 (2025-01-12)",
};
const machine = { kernel: RUNNING, container: false };
const installedOf = (...packages: readonly (readonly [string, string])[]) =>
  parseInstalled(
    packages.map(([name, version]) => `${name}\tamd64\t${version}\tii \t1\tlinux\n`).join(""),
    "amd64",
  );

test("a newer kernel of the flavour that runs waits for a restart, with the meta-package that brought it", () => {
  const installed = installedOf(
    ["linux-image-6.1.0-30-amd64", "6.1.124-1"],
    ["linux-image-6.1.0-31-amd64", "6.1.128-1"],
    ["linux-image-6.1.0-99-cloud-amd64", "6.1.999-1"],
    ["linux-image-amd64", "6.1.128-1"],
  );
  expect(findKernelRestart(machine, installed)).toEqual({
    kind: "system",
    name: "kernel 6.1.0-31-amd64",
    keys: ["linux-image-6.1.0-31-amd64", "linux-image-amd64"],
    reason: "The machine runs the kernel 6.1.0-30-amd64, and 6.1.0-31-amd64 is installed.",
  });
  const runsNewest = { kernel: { ...RUNNING, release: "6.1.0-31-amd64", version: "#1" }, container: false };
  expect(findKernelRestart(runsNewest, installed)).toBeNull();
  expect(findKernelRestart({ ...machine, container: true }, installed)).toBeNull();
  expect(findKernelRestart({ ...machine, kernel: null }, installed)).toBeNull();
});

test("only another flavour is newer, or the running kernel is of no package: nothing waits", () => {
  const cloud = installedOf(
    ["linux-image-6.1.0-30-amd64", "6.1.124-1"],
    ["linux-image-6.1.0-31-cloud-amd64", "6.1.128-1"],
  );
  expect(findKernelRestart(machine, cloud)).toBeNull();
  expect(findKernelRestart(machine, installedOf(["bash", "5.2"]))).toBeNull();
});

test("the same release built anew waits for a restart, too", () => {
  const rebuilt = installedOf(["linux-image-6.1.0-30-amd64", "6.1.124-2"]);
  expect(findKernelRestart(machine, rebuilt)).toMatchObject({
    keys: ["linux-image-6.1.0-30-amd64"],
    reason: "The machine runs the kernel 6.1.0-30-amd64 (6.1.124-1), and 6.1.124-2 is installed.",
  });
  expect(findKernelRestart(machine, installedOf(["linux-image-6.1.0-30-amd64", "6.1.124-1"]))).toBeNull();
});
