/**
 * What a slot accepts. Every type but `choice`, which holds what the rule's author wrote, is a grammar checked by
 * character, so that a hostile value stays one harmless argument. None admits a leading hyphen or a control character,
 * and none but `absolute-path` white space or a shell metacharacter:
 *
 * - `package-name`: letter or digit, then letters, digits and `.`, `_`, `+`, `-` (at most 255 characters)
 * - `version`: letter or digit, then letters, digits and `.`, `_`, `+`, `-`, `~`, `:`, `^` (at most 255)
 * - `debian-package`, `debian-version`, `debian-architecture`: the grammar of dpkg. A version may not end in `+` or
 *   `-`, which apt would read as "install" or "remove".
 * - `integer`: 0 to 2^31-1 without sign or leading zero
 * - `absolute-path`: starts with `/`, has no `..` segment and no control character; blanks and the like are part of a
 *   name there, which no shell ever reads
 * - `choice`: one of the pattern's `choices`
 */
export type SlotType =
  | "package-name"
  | "version"
  | "debian-package"
  | "debian-version"
  | "debian-architecture"
  | "integer"
  | "absolute-path"
  | "choice";

/** How often a repeated pattern may occur. */
export interface Repetition {
  readonly min: number;
  /** A hard cap, so that one request cannot build an argument list without end. */
  readonly max: number;
}

/** One argument filled by the plugin with one value: `prefix` + value. */
export interface SlotArg {
  readonly kind: "slot";
  /** The key in {@link SlotValues}. */
  readonly name: string;
  readonly type: SlotType;
  /** Fixed text in front of the value in the same argument, for example `--lock-timeout=`. */
  readonly prefix?: string;
  /** Only for `type: "choice"`. */
  readonly choices?: readonly string[];
  /** The argument is left out when the plugin gives no value. */
  readonly optional?: boolean;
  /** The value is a list and becomes one argument for each entry. */
  readonly repeated?: Repetition;
}

/** One argument put together from several typed fields, for example `name[:arch]=version`. */
export interface TupleArg {
  readonly kind: "tuple";
  /** The key in {@link SlotValues}. */
  readonly name: string;
  readonly fields: readonly TupleField[];
  /** The value is a list of tuples and becomes one argument for each. */
  readonly repeated?: Repetition;
}

/** One field of a {@link TupleArg}: `prefix` + value, or nothing when it is optional and absent. */
export interface TupleField {
  readonly name: string;
  readonly type: SlotType;
  readonly prefix?: string;
  readonly choices?: readonly string[];
  readonly optional?: boolean;
}

/** Arguments that are there only when the plugin sets the slot `name` to `true`. */
export interface WhenArg {
  readonly kind: "when";
  readonly name: string;
  readonly args: readonly ArgPattern[];
}

/**
 * Text that the *host* fills in, never the plugin's call: either a property of the plugin's validated configuration,
 * which the machine's owner wrote, or the plugin's own data folder. Left out when the configuration has no such value.
 */
export interface HostValue {
  readonly kind: "host";
  readonly from: { readonly setting: string } | "data-dir";
  readonly type: SlotType;
  readonly prefix?: string;
  readonly suffix?: string;
}

/** One place of an argument vector. A plain string is a literal argument. */
export type ArgPattern = string | SlotArg | TupleArg | WhenArg | HostValue;

/**
 * One command that the plugin may run: the whole argument vector, so that an auditor can read what a machine may be
 * asked to do without running any code. The host builds the argv; there is no shell and no free argument.
 */
export interface CommandRule {
  /** Unique in the manifest, kebab-case; the audit log says `<plugin>/<name>`. */
  readonly name: string;
  /** What the rule is for, one sentence, for the auditor. */
  readonly purpose: string;
  /** Absolute path of the program. PATH is never searched. */
  readonly file: string;
  readonly argv: readonly ArgPattern[];
  /** `root`: the host refuses with `PERMISSION_DENIED` when the agent is not privileged. */
  readonly privilege: "user" | "root";
  /**
   * `true`: changes the machine, so refused during detect, scan, plan and verify. `"index"`: only refreshes an index of
   * available packages, allowed during scan. `false`: only reads.
   */
  readonly mutates: boolean | "index";
  /**
   * Added to the host's minimal environment; fixed text or a {@link HostValue}. The host alone sets `PATH`, `HOME`, the
   * locale and whatever changes which code a program loads.
   */
  readonly env?: Readonly<Record<string, string | HostValue>>;
  /** An extra pipe that the program writes status lines to, delivered as `status` lines by `stream`. */
  readonly statusFd?: 3;
  /**
   * `false`: once started, neither an abort nor the deadline signals the process; the host waits for its end. For
   * programs that leave a broken system behind when they are killed. Default `true`.
   */
  readonly interruptible?: boolean;
}

/** The value of one slot. */
export type SlotValue =
  | string
  | number
  | boolean
  | TupleValue
  | readonly (string | number)[]
  | readonly TupleValue[];

/** The fields of one tuple. */
export type TupleValue = Readonly<Record<string, string | number | undefined>>;

/** What a plugin fills into a rule: slot name to value. An unknown name is an error. */
export type SlotValues = Readonly<Record<string, SlotValue | undefined>>;
