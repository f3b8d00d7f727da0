import * as v from "valibot";
import { name } from "./check-output.js";

const NAMES = v.pipe(v.array(name(256)), v.maxLength(1_000));

/** What restarts because of a transaction. */
export const RESTARTS = v.object({
  services: v.nullable(NAMES),
  sessions: v.exactOptional(NAMES),
  system: v.nullable(v.boolean()),
  reasons: v.exactOptional(v.pipe(v.array(name(1_000)), v.maxLength(100))),
});
