import type { CommandRule, HostValue, SlotArg, TupleArg, TupleField } from "@redflag/plugin-sdk";

import {
  AS_DPKG_SAYS,
  ASK,
  APT_GET,
  NAMES,
  NO_REMOVE,
  PINS,
  READ,
  ROOT_ENV,
  rootPath,
  UNATTENDED_ENV,
  UNATTENDED_OPTIONS,
} from "./rule-parts.js";

/** Where the previous packages are kept, in the agent's own folder. */
const keptDir = (prefix: string, suffix = ""): HostValue => ({
  kind: "host",
  from: "data-dir",
  type: "absolute-path",
  prefix,
  suffix: `/kept${suffix}`,
});
const IN_KEPT = ["/usr/bin/env", keptDir("--chdir=")] as const;
const KEPT_FOLDER: SlotArg = { kind: "slot", name: "folder", type: "package-name", prefix: "./" };

/** The name that apt gives a package's file: `name_version_arch.deb`, where a colon of the version is `%3a`. */
const DEB_FILE: readonly TupleField[] = [
  { name: "epoch", type: "integer", prefix: "_", optional: true },
  { name: "mark", type: "choice", choices: ["_", "%3a"] },
  { name: "version", type: "debian-version" },
  { name: "arch", type: "debian-architecture", prefix: "_" },
  { name: "end", type: "choice", choices: [".deb"] },
];
const CACHED_DEBS: TupleArg = {
  kind: "tuple",
  name: "debs",
  fields: [{ name: "name", type: "debian-package", prefix: "./" }, ...DEB_FILE],
  repeated: { min: 1, max: 2000 },
};
const KEPT_DEBS: TupleArg = {
  kind: "tuple",
  name: "debs",
  fields: [
    { name: "folder", type: "package-name", prefix: "./" },
    { name: "name", type: "debian-package", prefix: "/" },
    ...DEB_FILE,
  ],
  repeated: { min: 0, max: 10_000 },
};
/** `name[:arch]-`, which is apt's word for removing a package in an installation. */
const REMOVALS: TupleArg = {
  kind: "tuple",
  name: "removals",
  fields: [...NAMES.fields, { name: "sign", type: "choice", choices: ["-"] }],
  repeated: { min: 0, max: 10_000 },
};

/**
 * Going back works on dpkg's database and the kept files alone: without any source nothing else can come along, and
 * nothing is fetched. apt's own cache of its index is left alone.
 */
const GO_BACK = [
  "--allow-downgrades",
  "--mark-auto",
  "-o",
  "Dir::Etc::sourcelist=/dev/null",
  "-o",
  "Dir::Etc::sourceparts=/dev/null",
  ...AS_DPKG_SAYS,
  "-o",
  "Dir::Cache::srcpkgcache=",
  "-o",
  "APT::Install-Recommends=false",
  "-o",
  "APT::Get::AutomaticRemove=false",
] as const;

/** A step that puts packages aside for a rollback. */
const KEEP = { privilege: "root", mutates: true } as const;

/** What is run to keep packages and to go back to them. */
export const ROLLBACK_RULES = [
  {
    ...READ,
    name: "list-auto",
    purpose: "Lists the packages that came along with others and may go with them.",
    file: "/usr/bin/apt-mark",
    argv: ["showauto"],
  },
  {
    name: "list-kept",
    purpose: "Lists the packages that are kept for a rollback, with their sizes.",
    file: "/usr/bin/find",
    argv: [keptDir(""), "-mindepth", "2", "-maxdepth", "2", "-type", "f", "-printf", "%P\\t%s\\n"],
    privilege: "user",
    mutates: false,
  },
  {
    name: "hash-kept",
    purpose: "Computes the checksums of the packages that are kept for one rollback.",
    file: IN_KEPT[0],
    argv: [IN_KEPT[1], "/usr/bin/find", KEPT_FOLDER, "-type", "f", "-exec", "/usr/bin/sha256sum", "{}", "+"],
    privilege: "user",
    mutates: false,
  },
  {
    ...READ,
    name: "list-previous",
    purpose: "Lists what fetching the packages of the installed versions would download.",
    file: APT_GET,
    argv: ["download", "--print-uris", "-q", ...ASK, PINS],
  },
  {
    ...KEEP,
    name: "make-incoming",
    purpose: "Makes the folder in which packages are collected for a rollback.",
    file: "/usr/bin/mkdir",
    argv: ["-p", keptDir("", "/incoming")],
  },
  {
    ...KEEP,
    name: "fetch-previous",
    purpose:
      "Fetches the packages of the installed versions from their archive, checked by apt; installs nothing.",
    file: "/usr/bin/env",
    argv: [keptDir("--chdir=", "/incoming"), APT_GET, "download", "-q", PINS],
    env: ROOT_ENV,
  },
  {
    ...KEEP,
    name: "copy-cached",
    purpose: "Copies packages of the installed versions out of apt's cache.",
    file: "/usr/bin/env",
    argv: [
      "--chdir=/var/cache/apt/archives",
      { ...rootPath("/var/cache/apt/archives"), prefix: "--chdir=" },
      "/usr/bin/cp",
      keptDir("--target-directory=", "/incoming"),
      CACHED_DEBS,
    ],
  },
  {
    ...KEEP,
    name: "copy-kept",
    purpose: "Takes packages that an earlier installation kept along for another rollback.",
    file: IN_KEPT[0],
    argv: [IN_KEPT[1], "/usr/bin/cp", "--target-directory=incoming", KEPT_DEBS],
  },
  {
    ...KEEP,
    name: "keep-incoming",
    purpose: "Keeps the collected packages for the rollback of one installation.",
    file: IN_KEPT[0],
    argv: [IN_KEPT[1], "/usr/bin/mv", "--no-target-directory", "incoming", KEPT_FOLDER],
  },
  {
    ...KEEP,
    name: "drop-kept",
    purpose: "Removes packages that were kept for a rollback and have become too old or too many.",
    file: IN_KEPT[0],
    argv: [
      IN_KEPT[1],
      "/usr/bin/rm",
      "-rf",
      { ...KEPT_FOLDER, name: "folders", repeated: { min: 1, max: 2000 } },
    ],
  },
  {
    name: "simulate-rollback",
    purpose: "Resolves what going back to kept packages would do.",
    file: IN_KEPT[0],
    argv: [
      IN_KEPT[1],
      APT_GET,
      "-q",
      "--simulate",
      "-o",
      "Debug::NoLocking=1",
      ...GO_BACK,
      "install",
      KEPT_DEBS,
      REMOVALS,
    ],
    privilege: "user",
    mutates: false,
    env: ROOT_ENV,
  },
  {
    name: "roll-back",
    purpose:
      "Puts kept packages back and removes what an installation brought, keeping changed configuration files.",
    file: IN_KEPT[0],
    argv: [IN_KEPT[1], APT_GET, ...GO_BACK, NO_REMOVE, ...UNATTENDED_OPTIONS, "install", KEPT_DEBS, REMOVALS],
    privilege: "root",
    mutates: true,
    env: UNATTENDED_ENV,
    statusFd: 3,
    interruptible: false,
  },
  {
    name: "mark-manual",
    purpose: "Marks packages that came back as asked for by somebody, as they were before.",
    file: "/usr/bin/apt-mark",
    argv: ["manual", NAMES],
    privilege: "root",
    mutates: true,
    env: ROOT_ENV,
  },
] as const satisfies readonly CommandRule[];
