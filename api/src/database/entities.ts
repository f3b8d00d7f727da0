import type { EntityClass } from "@mikro-orm/core";

/** Every noun's entity classes. A noun adds its own here, so that one list describes the whole database. */
export const entities: EntityClass<object>[] = [];
