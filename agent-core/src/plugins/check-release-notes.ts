import type { ReleaseNotes } from "@redflag/plugin-sdk";
import * as v from "valibot";
import { checkShape, name, text } from "./check-output.js";

const NOTES = v.object({
  text: text(64 * 1024),
  isTruncated: v.boolean(),
  advisories: v.pipe(v.array(name(128)), v.maxLength(100)),
});

/** Checks what `releaseNotes` gave: all within the caps. */
export function checkReleaseNotes(value: unknown): ReleaseNotes {
  return checkShape(NOTES, "release notes", value);
}
