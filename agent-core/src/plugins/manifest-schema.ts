import type { ArgPattern, CommandRule, Manifest } from "@redflag/plugin-sdk";
import * as v from "valibot";
import { isAllowedVariable } from "../exec/environment.js";
import { firstDuplicate, name, text } from "./check-output.js";

const KEBAB = v.pipe(
  v.string(),
  v.maxLength(40),
  v.regex(/^[a-z0-9]+(-[a-z0-9]+)*$/u, "kebab-case is needed"),
);
const SLOT_NAME = v.pipe(v.string(), v.regex(/^[A-Za-z][A-Za-z0-9]{0,39}$/u, "a plain name is needed"));
const ABSOLUTE = v.pipe(
  text(4_096),
  v.check(
    (path) => path.startsWith("/") && !path.split("/").includes(".."),
    "an absolute path without .. is needed",
  ),
);
const FIXED_TEXT = v.pipe(
  text(1_024),
  v.check((value) => !value.includes("\0"), "a NUL character is not allowed"),
);
const SLOT_TYPE = v.picklist([
  "package-name",
  "version",
  "debian-package",
  "debian-version",
  "debian-architecture",
  "integer",
  "absolute-path",
  "choice",
]);
const REPEATED = v.pipe(
  v.strictObject({
    min: v.pipe(v.number(), v.integer(), v.minValue(0)),
    max: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(10_000)),
  }),
  v.check(({ min, max }) => min <= max, "min may not exceed max"),
);

const FIELD = {
  name: SLOT_NAME,
  type: SLOT_TYPE,
  prefix: v.exactOptional(FIXED_TEXT),
  choices: v.exactOptional(v.pipe(v.array(name(128)), v.minLength(1), v.maxLength(100))),
  optional: v.exactOptional(v.boolean()),
};
const hasChoices = (field: { type: string; choices?: readonly string[] }): boolean =>
  (field.type === "choice") === (field.choices !== undefined);
const CHOICES_RULE = "choices belong to the type choice, and to no other";

const HOST_VALUE = v.strictObject({
  kind: v.literal("host"),
  from: v.union([v.literal("data-dir"), v.strictObject({ setting: SLOT_NAME })]),
  type: SLOT_TYPE,
  prefix: v.exactOptional(FIXED_TEXT),
  suffix: v.exactOptional(FIXED_TEXT),
});

const ARG: v.GenericSchema<unknown, ArgPattern> = v.union([
  FIXED_TEXT,
  v.pipe(
    v.strictObject({ kind: v.literal("slot"), ...FIELD, repeated: v.exactOptional(REPEATED) }),
    v.check((slot) => hasChoices(slot), CHOICES_RULE),
  ),
  v.strictObject({
    kind: v.literal("tuple"),
    name: SLOT_NAME,
    fields: v.pipe(
      v.array(
        v.pipe(
          v.strictObject(FIELD),
          v.check((field) => hasChoices(field), CHOICES_RULE),
        ),
      ),
      v.minLength(1),
      v.maxLength(10),
    ),
    repeated: v.exactOptional(REPEATED),
  }),
  v.strictObject({
    kind: v.literal("when"),
    name: SLOT_NAME,
    args: v.pipe(v.array(v.lazy(() => ARG)), v.minLength(1), v.maxLength(100)),
  }),
  HOST_VALUE,
]);

const RULE: v.GenericSchema<unknown, CommandRule> = v.pipe(
  v.strictObject({
    name: KEBAB,
    purpose: name(500),
    file: ABSOLUTE,
    argv: v.pipe(v.array(ARG), v.maxLength(200)),
    privilege: v.picklist(["user", "root"]),
    mutates: v.union([v.boolean(), v.literal("index")]),
    env: v.exactOptional(
      v.record(
        v.pipe(v.string(), v.check(isAllowedVariable, "the host does not let a rule set this variable")),
        v.union([FIXED_TEXT, HOST_VALUE]),
      ),
    ),
    statusFd: v.exactOptional(v.literal(3)),
    interruptible: v.exactOptional(v.boolean()),
  }),
  v.check(
    (rule) => rule.interruptible !== false || rule.mutates === true,
    "only a rule that changes the machine may refuse to be interrupted",
  ),
);

const FLAG = v.exactOptional(v.boolean());

/** The shape of a manifest, as an auditor and the host rely on it. */
export const MANIFEST_SCHEMA: v.GenericSchema<unknown, Manifest> = v.pipe(
  v.strictObject({
    id: KEBAB,
    apiVersion: v.literal(1),
    displayName: name(64),
    ecosystem: name(64),
    platforms: v.pipe(
      v.array(v.picklist(["linux", "win32", "darwin", "freebsd", "openbsd"])),
      v.minLength(1),
      v.maxLength(5),
    ),
    versionScheme: v.picklist(["debian", "rpm", "semver", "docker", "windows-update", "opaque"]),
    capabilities: v.strictObject({
      plan: FLAG,
      releaseNotes: FLAG,
      install: FLAG,
      verify: FLAG,
      hold: FLAG,
      rollback: v.exactOptional(v.picklist(["none", "previous-version", "snapshot"])),
      cancel: v.exactOptional(v.picklist(["never", "before-commit", "anytime"])),
      progress: v.exactOptional(v.picklist(["steps", "items", "bytes"])),
      selection: v.exactOptional(v.picklist(["items", "all-or-nothing"])),
    }),
    commands: v.pipe(
      v.array(RULE),
      v.maxLength(100),
      v.check(
        (rules) => firstDuplicate(rules.map((rule) => rule.name)) === undefined,
        "rule names are unique",
      ),
    ),
    files: v.exactOptional(
      v.pipe(
        v.array(v.strictObject({ path: ABSOLUTE, tree: FLAG, rootSetting: v.exactOptional(SLOT_NAME) })),
        v.maxLength(200),
      ),
    ),
    processes: FLAG,
    network: v.exactOptional(v.pipe(v.array(name(253)), v.maxLength(100))),
    secrets: v.exactOptional(v.pipe(v.array(SLOT_NAME), v.maxLength(50))),
  }),
  v.check(({ capabilities }) => !capabilities.install || capabilities.plan === true, "install needs plan"),
);
