import { ServiceError } from "./service-error.js";

const PLAIN = /^[A-Za-z0-9@+=:,./_-]+$/u;
const NEEDS_ESCAPE = /["\\]/gu;

/** Characters that would end a line of a unit, or show something else than what is there. */
function isUnprintable(character: string): boolean {
  const code = character.codePointAt(0) ?? 0;
  return code < 0x20 || (code >= 0x7f && code < 0xa0) || (code >= 0xd800 && code <= 0xdfff);
}

/**
 * One word of a unit as systemd reads it back: quoted where needed, with `%` not taken for a specifier.
 *
 * @param what names the word in an error
 * @throws ServiceError when it holds control characters
 */
export function quoteUnitWord(word: string, what: string): string {
  if ([...word].some(isUnprintable)) {
    throw new ServiceError(`The ${what} holds control characters, which no unit can hold: rename it.`);
  }
  if (PLAIN.test(word)) return word;
  return `"${word.replace(NEEDS_ESCAPE, String.raw`\$&`).replaceAll("%", "%%")}"`;
}

/**
 * A command line for `ExecStart=`: the program as it stands, its arguments without any variable being replaced.
 *
 * @throws ServiceError when systemd could not start the program under this name
 */
export function quoteCommandLine(program: string, argv: readonly string[]): string {
  // systemd refuses these in a program's own path, or gives no way to escape them there.
  if (!program.startsWith("/") || /["'\\$]/u.test(program)) {
    throw new ServiceError(
      `The path of Node is ${JSON.stringify(program)}; a unit needs an absolute one without quotes, backslashes and dollar signs.`,
    );
  }
  const words = argv.map((word) => quoteUnitWord(word, "path of the agent").replaceAll("$", "$$$$"));
  return [quoteUnitWord(program, "path of Node"), ...words].join(" ");
}
