import type { Call, Plan, Verification } from "@redflag/plugin-sdk";

import type { AptContext } from "../apt-context.js";
import { readInstalled, type InstalledPackages } from "../packages/installed.js";

/** Compares dpkg's database with what a plan said. */
export async function verify(context: AptContext, plan: Plan, call: Call): Promise<Verification[]> {
  const installed = await readInstalled(context, call);
  return [
    ...[...plan.items, ...plan.alsoInstalls].map(({ key, toVersion }) =>
      verifyInstall(key, toVersion, installed),
    ),
    ...plan.alsoRemoves.map(({ key }) => verifyRemoval(key, installed)),
  ];
}

function verifyInstall(key: string, expectedVersion: string, installed: InstalledPackages): Verification {
  const found = installed.get(key);
  if (found === undefined)
    return { key, state: "absent", ok: false, expectedVersion, installedVersion: null };
  const facts = { key, expectedVersion, installedVersion: found.version };
  if (!found.isConfigured) {
    return {
      ...facts,
      state: "broken",
      ok: false,
      message: `${key} is ${found.problem ?? "not configured"}.`,
    };
  }
  return found.version === expectedVersion
    ? { ...facts, state: "installed", ok: true }
    : { ...facts, state: "other-version", ok: false };
}

function verifyRemoval(key: string, installed: InstalledPackages): Verification {
  const installedVersion = installed.get(key)?.version ?? null;
  const isGone = installedVersion === null;
  return {
    key,
    state: isGone ? "removed" : "still-installed",
    ok: isGone,
    expectedVersion: null,
    installedVersion,
  };
}
