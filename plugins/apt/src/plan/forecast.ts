import type { Call, Restarts } from "@redflag/plugin-sdk";

import { runWhole, type AptContext } from "../apt-context.js";
import type { InstalledPackages } from "../packages/installed.js";
import { parseUnits, type OwnedService } from "../parse/parse-units.js";
import { expectedRestarts } from "./expect-restarts.js";
import type { Transaction } from "./resolve.js";

const RUNNING = "/sys/fs/cgroup/system.slice";
const REBOOT_HOOK = "/usr/share/update-notifier/notify-reboot-required";
/** How a maintainer script reaches a service. */
const STARTERS = ["deb-systemd-invoke", "invoke-rc.d", "systemctl"];
/** The action of debhelper's scripts is a variable, which is `restart` in an upgrade. */
const RESTARTING = ["restart", "_dh_action"];
const MAX_REASONS = 100;

/**
 * What will restart, by the packages' own data: which running services they own and restart in their scripts, and
 * whether one of them is a kernel or asks for a restart of the machine. The scripts are those of the installed versions,
 * because those of the new ones are not here yet. Services are unknown where systemd does not run.
 */
export async function forecastRestarts(
  context: AptContext,
  transaction: Transaction,
  installed: InstalledPackages,
  call: Call,
): Promise<Restarts> {
  const { system, reasons } = expectedRestarts(context, transaction);
  const upgraded = [...transaction.items, ...transaction.alsoInstalls].filter(({ key }) =>
    installed.has(key),
  );
  const scripts = new Map<string, string>();
  for (const { key, name } of upgraded) {
    const arch = installed.get(key)?.arch ?? "";
    scripts.set(name, await scriptsOf(context, name, arch));
  }
  const causes = [...reasons];
  let wantsSystem = system;
  if (await context.files.exists(REBOOT_HOOK)) {
    const asking = [...scripts].filter(([, text]) => text.includes("reboot-required"));
    causes.push(...asking.map(([name]) => `${name} asks for a restart of the machine.`));
    if (asking.length > 0) wantsSystem = true;
  }
  const services = await servicesOf(context, scripts, call);
  causes.push(...(services ?? []).map(({ owner, unit }) => `${owner} restarts ${unit}.`));
  return {
    services: services === null ? null : [...new Set(services.map(({ unit }) => unit))].toSorted(),
    system: wantsSystem,
    ...(causes.length > 0 && { reasons: causes.slice(0, MAX_REASONS) }),
  };
}

async function servicesOf(
  context: AptContext,
  scripts: ReadonlyMap<string, string>,
  call: Call,
): Promise<OwnedService[] | null> {
  if (!(await context.files.exists("/run/systemd/system"))) return null;
  const running = new Set(await context.files.list(RUNNING));
  if (running.size === 0) return null;
  // It ends with 1 when one of the patterns matches nothing.
  const { stdout } = await runWhole(context, "list-units", {}, call);
  return parseUnits(stdout).filter(
    ({ owner, unit }) => running.has(unit) && restartsUnit(scripts.get(owner) ?? "", unit),
  );
}

function restartsUnit(script: string, unit: string): boolean {
  const name = unit.slice(0, -".service".length);
  return script
    .split("\n")
    .some(
      (line) =>
        line.includes(name) &&
        STARTERS.some((word) => line.includes(word)) &&
        RESTARTING.some((word) => line.includes(word)),
    );
}

/** The maintainer scripts that run in an upgrade; those of a package that is there in several architectures name it. */
async function scriptsOf({ files }: AptContext, name: string, arch: string): Promise<string> {
  const bases = [`/var/lib/dpkg/info/${name}`, `/var/lib/dpkg/info/${name}:${arch}`];
  const paths = bases.flatMap((base) => [`${base}.preinst`, `${base}.postinst`]);
  const texts = await Promise.all(paths.map((path) => files.read(path)));
  return texts.filter((text) => text !== null).join("\n");
}
