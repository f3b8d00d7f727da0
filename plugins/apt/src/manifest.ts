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
    releaseNotes: true,
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
    { path: "/apt.conf", rootSetting: "rootDir" },
    { path: "/etc/apt/apt.conf", rootSetting: "rootDir" },
    { path: "/etc/apt/apt.conf.d", tree: true, rootSetting: "rootDir" },
    { path: "/etc/apt/preferences", rootSetting: "rootDir" },
    { path: "/etc/apt/preferences.d", tree: true, rootSetting: "rootDir" },
    { path: "/etc/apt/sources.list", rootSetting: "rootDir" },
    { path: "/etc/apt/sources.list.d", tree: true, rootSetting: "rootDir" },
    { path: "/etc/apt/trusted.gpg", rootSetting: "rootDir" },
    { path: "/etc/apt/trusted.gpg.d", tree: true, rootSetting: "rootDir" },
    { path: "/etc/machine-id", rootSetting: "rootDir" },
    { path: "/run/systemd/system", rootSetting: "rootDir" },
    { path: "/run/reboot-required", rootSetting: "rootDir" },
    { path: "/run/reboot-required.pkgs", rootSetting: "rootDir" },
    { path: "/sys/fs/cgroup/system.slice", tree: true, rootSetting: "rootDir" },
    { path: "/usr/share/update-notifier/notify-reboot-required", rootSetting: "rootDir" },
    { path: "/var/cache/apt/archives", rootSetting: "rootDir" },
    { path: "/var/lib/apt/extended_states", rootSetting: "rootDir" },
    { path: "/var/lib/apt/lists", tree: true, rootSetting: "rootDir" },
    { path: "/var/lib/dpkg/arch", rootSetting: "rootDir" },
    { path: "/var/lib/dpkg/info", tree: true, rootSetting: "rootDir" },
    { path: "/var/lib/dpkg/status", rootSetting: "rootDir" },
    { path: "/var/lib/dpkg/updates", tree: true, rootSetting: "rootDir" },
  ],
} as const satisfies Manifest;
