import type { HoldMark } from "@redflag/plugin-sdk";
import * as v from "valibot";
import { checkShape, firstDuplicate, name, text, violation } from "./check-output.js";

const MARKS = v.pipe(
  v.array(v.object({ key: name(255), isHeld: v.boolean(), message: v.exactOptional(text(4_000)) })),
  v.maxLength(10_000),
);

/** Checks what `hold` gave: one line for every package that was asked for, and for no other. */
export function checkHold(value: unknown, keys: readonly string[]): HoldMark[] {
  const marks = checkShape(MARKS, "answer about holds", value);
  const duplicate = firstDuplicate(marks.map((mark) => mark.key));
  if (duplicate !== undefined)
    throw violation("answer about holds", `the key ${duplicate} stands there twice`);
  const asked = new Set(keys);
  const stranger = marks.find((mark) => !asked.has(mark.key));
  if (stranger) throw violation("answer about holds", `${stranger.key} was not asked for`);
  const told = new Set(marks.map((mark) => mark.key));
  const missing = keys.find((key) => !told.has(key));
  if (missing !== undefined) throw violation("answer about holds", `${missing} is missing`);
  return marks;
}
