import { Entity, PrimaryKey, Property } from "@mikro-orm/decorators/legacy";
import type { Role } from "../access/permissions.js";

/** A person with a login, as projected from the events of `operator:<id>`. Read only. */
@Entity({ tableName: "operators" })
export class OperatorEntity {
  @PrimaryKey({ type: "uuid" })
  id!: string;

  @Property({ type: "text" })
  name!: string;

  @Property({ type: "text" })
  nameKey!: string;

  @Property({ type: "text" })
  role!: Role;

  @Property({ type: "timestamptz" })
  addedAt!: Date;

  @Property({ type: "timestamptz", nullable: true })
  lastLoggedInAt!: Date | null;

  /** Null: still an operator. */
  @Property({ type: "timestamptz", nullable: true })
  removedAt!: Date | null;
}
