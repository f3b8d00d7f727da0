import type { Detection } from "@redflag/plugin-sdk";
import * as v from "valibot";
import { checkShape, name, text } from "./check-output.js";

/** A {@link Notice} of the SDK. */
export const NOTICE = v.object({
  code: v.pipe(v.string(), v.regex(/^[A-Z][A-Z0-9_]{0,63}$/, "a code is UPPER_SNAKE_CASE")),
  message: text(4_000),
  key: v.exactOptional(name(255)),
});

const DETECTION = v.variant("status", [
  v.object({
    status: v.literal("present"),
    version: v.nullable(text(200)),
    limits: v.pipe(v.array(NOTICE), v.maxLength(100)),
  }),
  v.object({ status: v.literal("absent") }),
  v.object({ status: v.literal("unusable"), reason: name(4_000) }),
]);

/** Checks what `detect` gave. */
export function checkDetection(value: unknown): Detection {
  return checkShape(DETECTION, "detection", value);
}
