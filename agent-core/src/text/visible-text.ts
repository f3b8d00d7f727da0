const isControl = (code: number): boolean => code < 0x20 || (code >= 0x7f && code <= 0x9f);

/** Marks that reorder text on screen or take no room, which a hostile name could hide behind. */
const isInvisible = (code: number): boolean =>
  (code >= 0x200b && code <= 0x200f) ||
  (code >= 0x2028 && code <= 0x202e) ||
  (code >= 0x2060 && code <= 0x2069) ||
  code === 0x061c ||
  code === 0xfeff ||
  (code >= 0xd800 && code <= 0xdfff) ||
  (code >= 0xe0000 && code <= 0xe007f);

/**
 * Text that is safe to show: whatever would move the cursor, set a title, reorder or hide characters is written out as
 * `\x1b` or `\u{202e}`. A tab becomes one space. Nothing is dropped, so the original can be told from the result.
 *
 * @param maxLength the result is cut there, with `…` as its last character.
 */
export function visibleText(text: string, maxLength = Number.MAX_SAFE_INTEGER): string {
  let result = "";
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    result += char === "\t" ? " " : shown(char, code);
    if (result.length > maxLength) return `${cut(result, maxLength - 1)}…`;
  }
  return result;
}

/** The same for several lines, whose ends stay. */
export function visibleLines(text: string): string {
  return text
    .split(/\r?\n/u)
    .map((line) => visibleText(line))
    .join("\n");
}

function shown(char: string, code: number): string {
  if (isControl(code)) return `\\x${code.toString(16).padStart(2, "0")}`;
  if (isInvisible(code)) return `\\u{${code.toString(16)}}`;
  return char;
}

/** Cuts without leaving half of a surrogate pair. */
function cut(text: string, length: number): string {
  const last = text.charCodeAt(length - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? length - 1 : length);
}
