import type { CommandRule } from "./command-rule.js";

/** The version of this interface. A host supports N and N-1 and refuses others by name. */
export const API_VERSION = 1;

/** Operating systems as Node names them. */
export type Platform = "linux" | "win32" | "darwin" | "freebsd" | "openbsd";

/** How the versions of an ecosystem are ordered. */
export type VersionScheme = "debian" | "rpm" | "semver" | "docker" | "windows-update" | "opaque";

/** What a source can do beyond detecting and scanning. Whatever is absent is neither promised nor tested. */
export interface Capabilities {
  /** The source has `plan`. */
  readonly plan?: boolean;
  /** The source has `releaseNotes`. */
  readonly releaseNotes?: boolean;
  /** The source has `install`; needs `plan`. */
  readonly install?: boolean;
  /** The source has `verify`. */
  readonly verify?: boolean;
  /** The source has `hold`. */
  readonly hold?: boolean;
  /** How an installation can be taken back. Anything but `none` means that the source has `rollback`. */
  readonly rollback?: "none" | "previous-version" | "snapshot";
  /** Until when an installation can be cancelled without harm. */
  readonly cancel?: "never" | "before-commit" | "anytime";
  /** How fine the progress of an installation is. */
  readonly progress?: "steps" | "items" | "bytes";
  /** Whether single items can be installed, or only everything that is pending. */
  readonly selection?: "items" | "all-or-nothing";
}

/** One place of the file system that the plugin may read, and nothing else. */
export interface FileRule {
  /** Absolute path of a file or folder. */
  readonly path: string;
  /** The rule covers everything below `path` too. */
  readonly tree?: boolean;
  /**
   * Name of a configuration property with an absolute path. When the owner sets it, the host looks for `path` below
   * that folder instead of `/`; the plugin keeps using `path`.
   */
  readonly rootSetting?: string;
}

/** The facts about a plugin that can be read without running it: also the `redflag` field of its package.json. */
export interface Manifest {
  /** Unique and stable, kebab-case, at most 40 characters. Names the source in reports: `apt`. */
  readonly id: string;
  readonly apiVersion: typeof API_VERSION;
  /** For people: `APT`. */
  readonly displayName: string;
  /** Where the packages come from, for advisories and grouping: `debian`, `rpm`, `oci`, `winget` … */
  readonly ecosystem: string;
  /** The host never calls the plugin elsewhere. */
  readonly platforms: readonly Platform[];
  readonly versionScheme: VersionScheme;
  readonly capabilities: Capabilities;
  /** Every command the plugin may run. */
  readonly commands: readonly CommandRule[];
  /** Every file the plugin may read through `ctx.files`. */
  readonly files?: readonly FileRule[];
  /** The plugin may ask through `ctx.processes` which processes run outdated code. */
  readonly processes?: boolean;
  /** Host names that `ctx.http` may reach; none when absent. */
  readonly network?: readonly string[];
  /** Configuration properties that hold secrets: never logged, never reported. */
  readonly secrets?: readonly string[];
}
