import { access, readFile } from "node:fs/promises";
import path from "node:path";
import type { Host, Platform } from "@redflag/plugin-sdk";
import { visibleText } from "../text/visible-text.js";
import { readOsRelease } from "./os-release.js";

/** What decides about the host beside the files. */
export interface HostSetting {
  readonly fileRoot: string;
  readonly platform: NodeJS.Platform;
  readonly arch: string;
  readonly isPrivileged: boolean;
}

const CONTAINER_MARKS = [".dockerenv", "run/.containerenv", "run/systemd/container"];

/** The facts about the machine that plugins may know. */
export async function readHost(setting: HostSetting): Promise<Host> {
  const release = await readOsRelease(setting.fileRoot);
  return {
    platform: setting.platform as Platform,
    arch: setting.arch,
    osId: bounded(release["ID"]) ?? setting.platform,
    osVersion: bounded(release["VERSION_ID"]) ?? null,
    osLike: (release["ID_LIKE"] ?? "")
      .split(" ")
      .filter(Boolean)
      .slice(0, 10)
      .map((id) => id.slice(0, 64)),
    privileged: setting.isPrivileged,
    container: await isContainer(setting.fileRoot),
    kernel: await readKernel(setting.fileRoot),
  };
}

async function readKernel(fileRoot: string): Promise<Host["kernel"]> {
  const read = async (name: string): Promise<string> =>
    visibleText((await readFile(path.join(fileRoot, "proc/sys/kernel", name), "utf8")).trim(), 255);
  try {
    return { release: await read("osrelease"), version: await read("version") };
  } catch {
    return null;
  }
}

function bounded(text: string | undefined): string | undefined {
  return text === undefined || text === "" ? undefined : text.slice(0, 64);
}

async function isContainer(fileRoot: string): Promise<boolean> {
  for (const mark of CONTAINER_MARKS) {
    try {
      await access(path.join(fileRoot, mark));
      return true;
    } catch {
      continue;
    }
  }
  try {
    const environment = await readFile(path.join(fileRoot, "proc/1/environ"), "utf8");
    return environment.split("\0").some((entry) => entry.startsWith("container="));
  } catch {
    return false;
  }
}
