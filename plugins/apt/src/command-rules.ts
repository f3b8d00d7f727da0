import type { ArgPattern, CommandRule, HostValue, TupleArg } from "@redflag/plugin-sdk";

const APT_GET = "/usr/bin/apt-get";

const rootPath = (suffix: string): HostValue => ({
  kind: "host",
  from: { setting: "rootDir" },
  type: "absolute-path",
  suffix,
});

/** Points apt and dpkg to another root when the owner configured one. */
const ROOT_ENV = { APT_CONFIG: rootPath("/apt.conf"), DPKG_ADMINDIR: rootPath("/var/lib/dpkg") } as const;

/** Nobody is there to answer, and nothing may restart services behind our back. */
const UNATTENDED_ENV = {
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
const PRIVATE_INDEX = ["-o", dataDir("Dir::State="), "-o", dataDir("Dir::Cache=")] as const;
const MAYBE_PRIVATE_INDEX: ArgPattern = { kind: "when", name: "privateIndex", args: PRIVATE_INDEX };

/** Simulations take no lock and write nothing. */
const SIMULATE = ["-q", "--simulate", "-o", "Debug::NoLocking=1", MAYBE_PRIVATE_INDEX] as const;

const WITHOUT_PINS = [
  "-o",
  "Dir::Etc::preferences=/dev/null",
  "-o",
  "Dir::Etc::preferencesparts=/dev/null",
] as const;

const UPDATE = ["update", "-q", "-o", "APT::Update::Error-Mode=any", "-o", "Acquire::Retries=1"] as const;

/** `name[:arch]=version`, so that no suffix (`-`, `+`, `/release`, `*`) ever has a meaning. */
const PINS: TupleArg = {
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
const NAMES: TupleArg = { ...PINS, fields: PINS.fields.slice(0, 2) };

const NO_REMOVE: ArgPattern = { kind: "when", name: "noRemove", args: ["--no-remove"] };

/** What download and install share; the one order in which both say it keeps them one transaction. */
const INSTALL_OPTIONS: readonly ArgPattern[] = [
  "-y",
  "-q",
  "--only-upgrade",
  NO_REMOVE,
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

const READ = { privilege: "user", mutates: false, env: ROOT_ENV } as const;

/** Everything that this plugin may ever run. */
export const COMMAND_RULES = [
  { ...READ, name: "version", purpose: "Names apt's version.", file: APT_GET, argv: ["--version"] },
  {
    ...READ,
    name: "architecture",
    purpose: "Names the architecture that dpkg takes for this machine's own.",
    file: "/usr/bin/dpkg",
    argv: ["--print-architecture"],
  },
  {
    ...READ,
    name: "list-installed",
    purpose: "Lists every package with version and state from dpkg's database.",
    file: "/usr/bin/dpkg-query",
    argv: [
      "--show",
      "--showformat=${binary:Package}\\t${Architecture}\\t${Version}\\t${db:Status-Abbrev}\\t${Installed-Size}\\t${source:Package}\\n",
    ],
  },
  {
    ...READ,
    name: "list-units",
    purpose: "Lists which packages own service units and init scripts.",
    file: "/usr/bin/dpkg-query",
    argv: ["--search", "/lib/systemd/system/*.service", "/usr/lib/systemd/system/*.service", "/etc/init.d/*"],
  },
  {
    ...READ,
    name: "find-owners",
    purpose: "Names the packages that own some files.",
    file: "/usr/bin/dpkg-query",
    argv: [
      "--search",
      { kind: "slot", name: "paths", type: "absolute-path", repeated: { min: 1, max: 1000 } },
    ],
  },
  {
    ...READ,
    name: "list-holds",
    purpose: "Lists the packages that the owner keeps back.",
    file: "/usr/bin/apt-mark",
    argv: ["showhold"],
  },
  {
    ...READ,
    name: "list-indexes",
    purpose: "Lists the index files that the configured sources consist of, without fetching them.",
    file: APT_GET,
    argv: ["--print-uris", "-q", "update"],
  },
  {
    name: "refresh-index",
    purpose: "Fetches the index of every configured source; any failure is an error.",
    file: APT_GET,
    argv: [...UPDATE],
    privilege: "root",
    mutates: "index",
    env: ROOT_ENV,
  },
  {
    name: "refresh-private-index",
    purpose: "Fetches the index of every configured source into the agent's own folder, as an ordinary user.",
    file: APT_GET,
    argv: [...UPDATE, ...PRIVATE_INDEX],
    privilege: "user",
    mutates: "index",
    env: ROOT_ENV,
  },
  {
    ...READ,
    name: "simulate-dist-upgrade",
    purpose: "Resolves what a full upgrade would do.",
    file: APT_GET,
    argv: [
      ...SIMULATE,
      { kind: "when", name: "ignoreHolds", args: ["--ignore-hold"] },
      { kind: "when", name: "ignorePins", args: WITHOUT_PINS },
      "dist-upgrade",
    ],
  },
  {
    ...READ,
    name: "show-policy",
    purpose: "Shows which version of each package apt prefers, by pins and phasing.",
    file: "/usr/bin/apt-cache",
    argv: ["policy", MAYBE_PRIVATE_INDEX, NAMES],
  },
  {
    ...READ,
    name: "show-folders",
    purpose: "Shows where apt keeps its lists, its database and its configuration.",
    file: "/usr/bin/apt-config",
    argv: [
      "shell",
      ["lists", "Dir::State::lists/d"],
      ["states", "Dir::State::extended_states/f"],
      ["status", "Dir::State::status/f"],
      ["config", "Dir::Etc::main/f"],
      ["configs", "Dir::Etc::parts/d"],
      ["sources", "Dir::Etc::sourcelist/f"],
      ["sourceparts", "Dir::Etc::sourceparts/d"],
      ["preferences", "Dir::Etc::preferences/f"],
      ["preferenceparts", "Dir::Etc::preferencesparts/d"],
    ].flat(),
  },
  {
    ...READ,
    name: "simulate-install",
    purpose: "Resolves what installing exact versions would do.",
    file: APT_GET,
    argv: [...SIMULATE, "--only-upgrade", "install", PINS],
  },
  {
    ...READ,
    name: "list-downloads",
    purpose: "Lists what installing exact versions would download.",
    file: APT_GET,
    argv: ["--print-uris", "-q", "-y", "--only-upgrade", MAYBE_PRIVATE_INDEX, "install", PINS],
  },
  {
    ...READ,
    name: "show-records",
    purpose: "Shows size, checksum and section of exact versions from the index.",
    file: "/usr/bin/apt-cache",
    argv: ["show", MAYBE_PRIVATE_INDEX, PINS],
  },
  {
    ...READ,
    name: "show-changelog",
    purpose: "Fetches the changelog of one exact version from the archive that offers it.",
    file: APT_GET,
    argv: ["changelog", "-qq", MAYBE_PRIVATE_INDEX, { ...PINS, repeated: { min: 1, max: 1 } }],
  },
  {
    name: "list-restarts",
    purpose: "Lists which services and whether the kernel still run old code; restarts nothing.",
    file: "/usr/sbin/needrestart",
    argv: ["-b", "-r", "l"],
    privilege: "root",
    mutates: false,
  },
  {
    name: "check-lock",
    purpose: "Takes and gives back apt's lock, to tell whether another package manager is at work.",
    file: APT_GET,
    argv: ["-q", "check"],
    privilege: "root",
    mutates: false,
    env: ROOT_ENV,
  },
  {
    name: "download",
    purpose: "Downloads the packages of an approved plan; installs nothing.",
    file: APT_GET,
    argv: ["--download-only", ...INSTALL_OPTIONS, "install", PINS],
    privilege: "root",
    mutates: true,
    env: UNATTENDED_ENV,
    statusFd: 3,
  },
  {
    name: "install",
    purpose: "Installs the exact versions of an approved plan, keeping changed configuration files.",
    file: APT_GET,
    argv: [...INSTALL_OPTIONS, "install", PINS],
    privilege: "root",
    mutates: true,
    env: UNATTENDED_ENV,
    statusFd: 3,
    interruptible: false,
  },
] as const satisfies readonly CommandRule[];

/** The names of {@link COMMAND_RULES}. */
export type RuleName = (typeof COMMAND_RULES)[number]["name"];
