import { ArrayType } from "@mikro-orm/core";
import { Entity, PrimaryKey, Property } from "@mikro-orm/decorators/legacy";
import type { Permission } from "../access/permissions.js";

/** A script's login, as projected from the events of `api-token:<id>`. Read only. */
@Entity({ tableName: "api_tokens" })
export class ApiTokenEntity {
  @PrimaryKey({ type: "uuid" })
  id!: string;

  @Property({ type: "text" })
  name!: string;

  @Property({ type: ArrayType })
  scopes!: Permission[];

  @Property({ type: "timestamptz" })
  addedAt!: Date;

  @Property({ type: "timestamptz" })
  expiresAt!: Date;

  @Property({ type: "timestamptz", nullable: true })
  revokedAt!: Date | null;
}
