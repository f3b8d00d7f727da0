import type { Restarts } from "@redflag/plugin-sdk";

import type { AptContext } from "../apt-context.js";
import { restartOf } from "../restart/restart.js";
import type { Transaction } from "./resolve.js";

/** The index only tells of kernels; whether anything else restarts is not known before. */
export function expectedRestarts(
  context: AptContext,
  { items, alsoInstalls, records }: Pick<Transaction, "items" | "alsoInstalls" | "records">,
): Restarts & { readonly reasons: readonly string[] } {
  const kernels = [...items, ...alsoInstalls].filter(
    ({ key, arch = "", toVersion }) =>
      restartOf(records({ key, arch, candidate: toVersion }), context.host.container) === "system",
  );
  const reasons = kernels.map(({ key, toVersion }) => `${key} ${toVersion} is a kernel.`);
  return { services: null, system: kernels.length > 0 ? true : null, reasons };
}
