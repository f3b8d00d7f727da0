import type { Manifest } from "@redflag/plugin-sdk";

import { COMMAND_RULES } from "./command-rules.js";

/** The facts about this plugin; package.json holds the same under `redflag`. */
export const manifest = {
  id: "apt",
  apiVersion: 1,
  displayName: "APT",
  ecosystem: "debian",
  platforms: ["linux"],
  versionScheme: "debian",
  capabilities: {
    plan: true,
    install: true,
    verify: true,
    rollback: "none",
    cancel: "before-commit",
    progress: "items",
    selection: "items",
  },
  commands: COMMAND_RULES,
  files: [
    { path: "/", rootSetting: "rootDir" },
    { path: "/run/reboot-required", rootSetting: "rootDir" },
    { path: "/run/reboot-required.pkgs", rootSetting: "rootDir" },
    { path: "/var/cache/apt/archives", rootSetting: "rootDir" },
    { path: "/var/lib/apt/lists", rootSetting: "rootDir" },
    { path: "/var/lib/dpkg/status", rootSetting: "rootDir" },
    { path: "/var/lib/dpkg/updates", rootSetting: "rootDir" },
  ],
} as const satisfies Manifest;
