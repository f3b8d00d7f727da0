import type { Migration } from "@mikro-orm/migrations";
import type { Constructor } from "@mikro-orm/core";
import { Migration0001Foundation } from "./migration-0001-foundation.js";
import { Migration0002Access } from "./migration-0002-access.js";
import { Migration0003Inventory } from "./migration-0003-inventory.js";
import { Migration0004Commands } from "./migration-0004-commands.js";

/** One step of the schema. Steps run in the order of this list and are never edited once released. */
export interface MigrationStep {
  /** Stable name kept in the database: "0001-foundation". */
  name: string;
  class: Constructor<Migration>;
}

/** Every migration, oldest first. An explicit list, so that it is the same from sources and from dist. */
export const migrations: MigrationStep[] = [
  { name: "0001-foundation", class: Migration0001Foundation },
  { name: "0002-access", class: Migration0002Access },
  { name: "0003-inventory", class: Migration0003Inventory },
  { name: "0004-commands", class: Migration0004Commands },
];
