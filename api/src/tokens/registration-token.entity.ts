import { Entity, PrimaryKey, Property } from "@mikro-orm/decorators/legacy";

/** Lets agents enrol, as projected from the events of `registration-token:<id>`. Read only. */
@Entity({ tableName: "registration_tokens" })
export class RegistrationTokenEntity {
  @PrimaryKey({ type: "uuid" })
  id!: string;

  @Property({ type: "text" })
  name!: string;

  @Property({ type: "integer" })
  seats!: number;

  @Property({ type: "integer" })
  usedSeats!: number;

  @Property({ type: "timestamptz" })
  addedAt!: Date;

  @Property({ type: "timestamptz" })
  expiresAt!: Date;

  @Property({ type: "timestamptz", nullable: true })
  revokedAt!: Date | null;
}
