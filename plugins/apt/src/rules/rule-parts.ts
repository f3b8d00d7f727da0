import type { ArgPattern, HostValue, TupleArg } from "@redflag/plugin-sdk";

export const APT_GET = "/usr/bin/apt-get";

export const rootPath = (suffix: string): HostValue => ({
  kind: "host",
  from: { setting: "rootDir" },
  type: "absolute-path",
  suffix,
});

/** Points apt and dpkg to another root when the owner configured one. */
export const ROOT_ENV = {
  APT_CONFIG: rootPath("/apt.conf"),
  DPKG_ADMINDIR: rootPath("/var/lib/dpkg"),
} as const;

/** Nobody is there to answer, and nothing may restart services behind our back. */
export const UNATTENDED_ENV = {
  ...ROOT_ENV,
  DEBIAN_FRONTEND: "noninteractive",
  APT_LISTCHANGES_FRONTEND: "none",
  NEEDRESTART_SUSPEND: "1",
} as const;

const dataDir = (prefix: string): HostValue => ({
  kind: "host",
  from: "data-dir",
  type: "absolute-path",
  prefix,
  suffix: "/",
});

/** An ordinary user refreshes and reads an index in the agent's own folder. */
export const PRIVATE_INDEX = ["-o", dataDir("Dir::State="), "-o", dataDir("Dir::Cache=")] as const;
const MAYBE_PRIVATE_INDEX: ArgPattern = { kind: "when", name: "privateIndex", args: PRIVATE_INDEX };

/**
 * apt takes its cache of dpkg's database for current while second and size of the database are the same, so that it
 * misses the second of two changes within a second: it reads the database itself instead.
 */
export const AS_DPKG_SAYS = ["-o", "Dir::Cache::pkgcache="] as const;

/** Questions about what is installed and what is offered. */
export const ASK: readonly ArgPattern[] = [...AS_DPKG_SAYS, MAYBE_PRIVATE_INDEX];

/** Simulations take no lock and write nothing. */
export const SIMULATE: readonly ArgPattern[] = ["-q", "--simulate", "-o", "Debug::NoLocking=1", ...ASK];

export const WITHOUT_PINS = [
  "-o",
  "Dir::Etc::preferences=/dev/null",
  "-o",
  "Dir::Etc::preferencesparts=/dev/null",
] as const;

export const UPDATE = [
  "update",
  "-q",
  "-o",
  "APT::Update::Error-Mode=any",
  "-o",
  "Acquire::Retries=1",
] as const;

/** `name[:arch]=version`, so that no suffix (`-`, `+`, `/release`, `*`) ever has a meaning. */
export const PINS: TupleArg = {
  kind: "tuple",
  name: "packages",
  fields: [
    { name: "name", type: "debian-package" },
    { name: "arch", type: "debian-architecture", prefix: ":", optional: true },
    { name: "version", type: "debian-version", prefix: "=" },
  ],
  repeated: { min: 1, max: 2000 },
};

/** Names alone, for questions about whatever is installed or offered. */
export const NAMES: TupleArg = { ...PINS, fields: PINS.fields.slice(0, 2) };

export const NO_REMOVE: ArgPattern = { kind: "when", name: "noRemove", args: ["--no-remove"] };

/** Whatever changes packages asks nobody and keeps what the owner changed. */
export const UNATTENDED_OPTIONS: readonly ArgPattern[] = [
  "-y",
  "-q",
  "-o",
  "Dpkg::Options::=--force-confdef",
  "-o",
  "Dpkg::Options::=--force-confold",
  "-o",
  "Dpkg::Use-Pty=0",
  "-o",
  { kind: "slot", name: "lockTimeout", type: "integer", prefix: "DPkg::Lock::Timeout=" },
  "-o",
  "APT::Status-Fd=3",
];

/**
 * What download and install share; the one order in which both say it keeps them one transaction. Naming a package
 * would make apt forget that it was installed automatically, unless it is told to mark as such what is new.
 */
export const INSTALL_OPTIONS: readonly ArgPattern[] = [
  ...AS_DPKG_SAYS,
  "--only-upgrade",
  "--mark-auto",
  NO_REMOVE,
  ...UNATTENDED_OPTIONS,
];

export const READ = { privilege: "user", mutates: false, env: ROOT_ENV } as const;
