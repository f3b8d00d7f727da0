// oxlint-disable no-control-regex -- control characters are what this file is about
/** Control characters, line ends, and marks that turn the direction of text or hide in it. */
const UNSHOWABLE =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]+/g;

/**
 * Text from a machine as it may be shown: well-formed, on one line, without control characters or marks that
 * turn the direction of text, cut at `most` characters. Null when nothing is left.
 */
export function cleanText(text: string, most: number): string | null {
  const cleaned = text
    .slice(0, most * 4)
    .toWellFormed()
    .normalize("NFC")
    .replaceAll(UNSHOWABLE, " ")
    .trim();
  return cutText(cleaned, most).trim() || null;
}

/** The first `most` UTF-16 units, without half a character at the end. */
export function cutText(text: string, most: number): string {
  if (text.length <= most) return text;
  const last = text.charCodeAt(most - 1);
  const isHalf = last >= 0xd800 && last <= 0xdbff;
  return text.slice(0, isHalf ? most - 1 : most);
}
