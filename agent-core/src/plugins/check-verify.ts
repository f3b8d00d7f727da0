import type { Plan, Verification } from "@redflag/plugin-sdk";
import * as v from "valibot";
import { checkShape, firstDuplicate, name, text, violation } from "./check-output.js";

const VERIFICATIONS = v.pipe(
  v.array(
    v.object({
      key: name(255),
      state: v.picklist(["installed", "other-version", "absent", "removed", "still-installed", "broken"]),
      ok: v.boolean(),
      expectedVersion: v.nullable(name(255)),
      installedVersion: v.nullable(name(255)),
      message: v.exactOptional(text(4_000)),
    }),
  ),
  v.maxLength(30_000),
);

/** Checks what `verify` gave: one line for every package of the plan, and no `ok` that its own versions belie. */
export function checkVerifications(value: unknown, plan: Plan): Verification[] {
  const lines = checkShape(VERIFICATIONS, "verification", value);
  const duplicate = firstDuplicate(lines.map((line) => line.key));
  if (duplicate !== undefined) throw violation("verification", `the key ${duplicate} stands there twice`);
  const byKey = new Map(lines.map((line) => [line.key, line]));
  for (const item of [...plan.items, ...plan.alsoInstalls, ...plan.alsoRemoves]) {
    const line = byKey.get(item.key);
    if (!line) throw violation("verification", `${item.key} of the plan is missing`);
    const wanted = "toVersion" in item ? item.toVersion : null;
    if (line.ok && line.installedVersion !== wanted) {
      throw violation(
        "verification",
        `${item.key} is called right with version ${line.installedVersion ?? "none"}`,
      );
    }
  }
  return lines;
}
