import type { SlotType } from "./command-rule.js";

type CharTest = (char: string) => boolean;

const MAX_LENGTH = 255;
const MAX_PATH_LENGTH = 4096;
const MAX_INTEGER = 2 ** 31 - 1;

const isDigit: CharTest = (char) => char >= "0" && char <= "9";
const isLower: CharTest = (char) => char >= "a" && char <= "z";
const isUpper: CharTest = (char) => char >= "A" && char <= "Z";
const isAlphanumeric: CharTest = (char) => isDigit(char) || isLower(char) || isUpper(char);

function matches(value: string, first: CharTest, rest: CharTest, minLength: number): boolean {
  if (value.length < minLength || value.length > MAX_LENGTH) return false;
  return first(value.charAt(0)) && Array.from(value.slice(1)).every(rest);
}

function oneOf(...tests: readonly (CharTest | string)[]): CharTest {
  return (char) => tests.some((test) => (typeof test === "string" ? test.includes(char) : test(char)));
}

/** deb-version(7): `[epoch:]upstream[-revision]`, minus a last `+` or `-`, which apt takes for an order. */
function isDebianVersion(value: string): boolean {
  if (!matches(value, isDigit, oneOf(isAlphanumeric, ".+-~:"), 1)) return false;
  if (value.endsWith("+") || value.endsWith("-")) return false;
  const colon = value.indexOf(":");
  if (colon === -1) return true;
  const epoch = value.slice(0, colon);
  return Array.from(epoch).every(isDigit) && Number(epoch) <= MAX_INTEGER && isDigit(value.charAt(colon + 1));
}

function isInteger(value: string): boolean {
  if (value.length === 0 || value.length > 10 || !Array.from(value).every(isDigit)) return false;
  return (value === "0" || !value.startsWith("0")) && Number(value) <= MAX_INTEGER;
}

function isAbsolutePath(value: string): boolean {
  if (!value.startsWith("/") || value.length > MAX_PATH_LENGTH) return false;
  const printable = Array.from(value).every((char) => char >= " " && (char < "\u007f" || char > "\u009f"));
  return printable && !value.split("/").includes("..");
}

const GRAMMAR = {
  "package-name": (value) => matches(value, isAlphanumeric, oneOf(isAlphanumeric, "._+-"), 1),
  version: (value) => matches(value, isAlphanumeric, oneOf(isAlphanumeric, "._+-~:^"), 1),
  "debian-package": (value) => matches(value, oneOf(isLower, isDigit), oneOf(isLower, isDigit, "+-._"), 2),
  "debian-version": isDebianVersion,
  "debian-architecture": (value) => matches(value, oneOf(isLower, isDigit), oneOf(isLower, isDigit, "-"), 2),
  integer: isInteger,
  "absolute-path": isAbsolutePath,
  choice: () => false,
} as const satisfies Record<SlotType, (value: string) => boolean>;

/**
 * True if `value` may fill a slot of this type. Linear in the value's length, without regular expressions.
 *
 * @param choices the pattern's choices; only for `choice`.
 */
export function isSlotValue(type: SlotType, value: string, choices: readonly string[] = []): boolean {
  return type === "choice" ? choices.includes(value) : GRAMMAR[type](value);
}
