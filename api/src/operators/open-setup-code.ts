import { isSetUp } from "./find-operators.js";
import type { OperatorParts } from "./operator-parts.js";

/** While nobody has set the server up: makes a new setup code and returns it for people; else nothing. */
export async function openSetupCode(
  parts: Pick<OperatorParts, "database" | "setupCode" | "random">,
): Promise<string | undefined> {
  return (await isSetUp(parts.database)) ? undefined : parts.setupCode.open(parts.random);
}
