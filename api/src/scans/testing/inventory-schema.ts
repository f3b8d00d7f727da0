import "reflect-metadata";
import type { GraphQLSchema } from "graphql";
import { randomBytes } from "node:crypto";
import { defaultInventorySettings } from "../../agents/inventory-settings.js";
import { compose, type Services } from "../../compose.js";
import { modules } from "../../modules.js";
import { buildApiSchema } from "../../schema/build-schema.js";
import { silentLog } from "../../testing/silent-log.js";
import type { Inventory } from "./inventory.js";

/** The whole API over an inventory; the inventory outlives it. */
export async function openSchema(
  inventory: Inventory,
): Promise<{ readonly schema: GraphQLSchema; readonly services: Services } & AsyncDisposable> {
  const services = await compose({
    database: inventory.database,
    modules,
    log: silentLog,
    clock: Date.now,
    random: randomBytes,
    inventory: defaultInventorySettings,
  });
  return {
    services,
    schema: await buildApiSchema(modules, services.container),
    [Symbol.asyncDispose]: () => services.stop(),
  };
}
