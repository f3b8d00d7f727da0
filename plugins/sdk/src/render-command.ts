import type {
  ArgPattern,
  CommandRule,
  HostValue,
  SlotType,
  SlotValue,
  SlotValues,
  TupleArg,
  TupleValue,
} from "./command-rule.js";
import { PluginError } from "./errors.js";
import { isSlotValue } from "./slot-grammar.js";

/** A command ready to be started: nothing in it is left to a shell. */
export interface RenderedCommand {
  readonly file: string;
  readonly argv: readonly string[];
  /** Only what the rule adds; the host's minimal environment is not in it. */
  readonly env: Readonly<Record<string, string>>;
}

/** What the host fills into {@link HostValue} patterns. */
export interface HostValues {
  /** The plugin's validated configuration. */
  readonly config: unknown;
  /** Absolute path of the folder that belongs to this plugin alone. */
  readonly dataDir: string;
}

/**
 * Builds the argument vector and environment of a rule. Pure; every runner uses it, so that all agree on what a rule
 * permits.
 *
 * @throws PluginError `INTERNAL` when slots are missing, unknown or of the wrong shape, `UNSUPPORTED` when a value is
 *   refused by its grammar.
 */
export function renderCommand(rule: CommandRule, slots: SlotValues, host: HostValues): RenderedCommand {
  const used = new Set<string>();
  const argv = rule.argv.flatMap((pattern) => renderArg(rule, pattern, slots, host, used));
  const unknown = Object.keys(slots).find((name) => !used.has(name));
  if (unknown !== undefined) throw misuse(rule, unknown, "is not a slot of this rule");
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(rule.env ?? {})) {
    const text = typeof value === "string" ? value : renderHostValue(rule, value, host);
    if (text !== undefined) env[name] = text;
  }
  return { file: rule.file, argv, env };
}

function renderArg(
  rule: CommandRule,
  pattern: ArgPattern,
  slots: SlotValues,
  host: HostValues,
  used: Set<string>,
): string[] {
  if (typeof pattern === "string") return [pattern];
  if (pattern.kind === "host") {
    const text = renderHostValue(rule, pattern, host);
    return text === undefined ? [] : [text];
  }
  used.add(pattern.name);
  const value = slots[pattern.name];
  if (pattern.kind === "when") {
    if (value !== undefined && typeof value !== "boolean")
      throw misuse(rule, pattern.name, "must be a boolean");
    if (value === true) return pattern.args.flatMap((arg) => renderArg(rule, arg, slots, host, used));
    for (const name of slotsIn(pattern.args)) used.add(name);
    return [];
  }
  const optional = pattern.kind === "slot" && pattern.optional === true;
  if (value === undefined && optional) return [];
  return entriesOf(rule, pattern, value).map((entry) =>
    pattern.kind === "tuple"
      ? renderTuple(rule, pattern, entry)
      : (pattern.prefix ?? "") + checked(rule, pattern.name, pattern, entry),
  );
}

/** The slots of arguments that are left out: they may be given all the same. */
function slotsIn(patterns: readonly ArgPattern[]): string[] {
  return patterns.flatMap((pattern) => {
    if (typeof pattern === "string" || pattern.kind === "host") return [];
    return pattern.kind === "when" ? [pattern.name, ...slotsIn(pattern.args)] : [pattern.name];
  });
}

function entriesOf(
  rule: CommandRule,
  pattern: Exclude<ArgPattern, string | HostValue | { kind: "when" }>,
  value: SlotValue | undefined,
): readonly unknown[] {
  const { repeated } = pattern;
  if (repeated === undefined) return [value];
  if (!Array.isArray(value)) throw misuse(rule, pattern.name, "must be a list");
  if (value.length < repeated.min || value.length > repeated.max) {
    throw misuse(rule, pattern.name, `needs ${repeated.min} to ${repeated.max} entries, not ${value.length}`);
  }
  return value;
}

function renderTuple(rule: CommandRule, pattern: TupleArg, entry: unknown): string {
  if (typeof entry !== "object" || entry === null) throw misuse(rule, pattern.name, "must be a tuple");
  const tuple = entry as TupleValue;
  const unknown = Object.keys(tuple).find((name) => !pattern.fields.some((field) => field.name === name));
  if (unknown !== undefined) throw misuse(rule, pattern.name, `has no field ${unknown}`);
  return pattern.fields
    .map((field) => {
      const value = tuple[field.name];
      if (value === undefined && field.optional === true) return "";
      return (field.prefix ?? "") + checked(rule, `${pattern.name}.${field.name}`, field, value);
    })
    .join("");
}

function checked(
  rule: CommandRule,
  name: string,
  pattern: { readonly type: SlotType; readonly choices?: readonly string[] },
  value: unknown,
): string {
  if (typeof value !== "string" && typeof value !== "number") {
    throw misuse(rule, name, "needs one text or number");
  }
  const text = String(value);
  if (!isSlotValue(pattern.type, text, pattern.choices)) throw refused(rule, name, pattern.type, text);
  return text;
}

function renderHostValue(rule: CommandRule, pattern: HostValue, host: HostValues): string | undefined {
  const value = pattern.from === "data-dir" ? host.dataDir : settingOf(host.config, pattern.from.setting);
  if (value === undefined || value === null) return undefined;
  const name = pattern.from === "data-dir" ? "data-dir" : pattern.from.setting;
  return (pattern.prefix ?? "") + checked(rule, name, pattern, value) + (pattern.suffix ?? "");
}

function settingOf(config: unknown, name: string): unknown {
  if (typeof config !== "object" || config === null || !Object.hasOwn(config, name)) return undefined;
  return Reflect.get(config, name);
}

function misuse(rule: CommandRule, slot: string, problem: string): PluginError {
  return new PluginError("INTERNAL", `Rule ${rule.name}: ${slot} ${problem}.`);
}

function refused(rule: CommandRule, slot: string, type: SlotType, value: string): PluginError {
  const shown = JSON.stringify(value.slice(0, 80));
  return new PluginError("UNSUPPORTED", `Rule ${rule.name}: ${slot} is not a valid ${type}: ${shown}.`);
}
