import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { hostname } from "node:os";
import path from "node:path";
import type { AgentFacts } from "../protocol/operations.js";
import { visibleText } from "../text/visible-text.js";
import { readOsRelease } from "./os-release.js";

/** The fixed word makes the fingerprint worthless to any other program that hashes machine ids. */
const FINGERPRINT_WORD = "redflag-agent-machine";

/** What the facts are gathered from. */
export interface FactSetting {
  readonly fileRoot: string;
  readonly platform: NodeJS.Platform;
  readonly arch: string;
  readonly agentVersion: string;
  readonly isPrivileged: boolean;
  /** Absent: the machine's own. */
  readonly hostname?: string;
  /** Whether an earlier update waits for a reboot; null when unknown. */
  readonly requiresReboot: boolean | null;
}

/** What the server is told about this machine. Everything is bounded, for the files may hold anything. */
export async function gatherFacts(setting: FactSetting): Promise<AgentFacts> {
  const release = await readOsRelease(setting.fileRoot);
  const fingerprint = await readFingerprint(setting.fileRoot);
  const osName = visibleText(release["PRETTY_NAME"] ?? release["NAME"] ?? setting.platform, 255);
  const osVersion = visibleText(release["VERSION_ID"] ?? "", 64);
  return {
    hostname: visibleText(setting.hostname ?? hostname(), 255) || "unknown",
    ...(osName === "" ? {} : { osName }),
    ...(osVersion === "" ? {} : { osVersion }),
    architecture: setting.arch,
    ...(fingerprint === undefined ? {} : { machineFingerprint: fingerprint }),
    agentVersion: setting.agentVersion,
    canInstall: setting.isPrivileged,
    cannotInstallReason: setting.isPrivileged ? null : cannotInstallReason(setting.platform),
    requiresReboot: setting.requiresReboot,
  };
}

function cannotInstallReason(platform: NodeJS.Platform): string {
  if (platform === "win32") return "Installing needs an administrator: run the agent as a service.";
  return "Installing needs root: run the agent as root.";
}

async function readFingerprint(fileRoot: string): Promise<string | undefined> {
  for (const file of ["etc/machine-id", "var/lib/dbus/machine-id"]) {
    try {
      const id = (await readFile(path.join(fileRoot, file), "utf8")).slice(0, 4096).trim();
      if (id === "" || id === "uninitialized") continue;
      return createHash("sha256").update(`${FINGERPRINT_WORD}\0${id}`).digest("hex");
    } catch {
      continue;
    }
  }
  return undefined;
}
