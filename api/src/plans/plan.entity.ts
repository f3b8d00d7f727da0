import { Entity, Formula, PrimaryKey, Property } from "@mikro-orm/decorators/legacy";
import type { Reversibility } from "../commands/commands.events.js";
import type { KeptItem, TransactionItem } from "./plans.events.js";
import { planStateSql, type PlanState } from "./plans.sql.js";

/** A plan, as projected from the events of its agent. Read only. */
@Entity({ tableName: "plans" })
export class PlanEntity {
  @PrimaryKey({ type: "uuid" })
  id!: string;

  @Property({ type: "uuid" })
  agentId!: string;

  @Property({ type: "text" })
  source!: string;

  /** EXPIRED by the database's clock at the time of reading. */
  @Formula<PlanEntity>(({ state, expiresAt }) => planStateSql(String(state), String(expiresAt)), {
    type: "text",
  })
  shownState!: PlanState;

  @Property({ type: "text" })
  state!: string;

  @Property({ type: "text", nullable: true })
  digest!: string | null;

  @Property({ type: "json" })
  items!: TransactionItem[];

  @Property({ type: "json" })
  alsoInstalls!: TransactionItem[];

  @Property({ type: "json" })
  alsoRemoves!: TransactionItem[];

  @Property({ type: "json" })
  alsoKept!: KeptItem[];

  @Property({ type: "double", nullable: true })
  downloadBytes!: number | null;

  @Property({ type: "double", nullable: true })
  diskBytes!: number | null;

  @Property({ type: "string[]", nullable: true })
  restartsServices!: string[] | null;

  @Property({ type: "boolean", nullable: true })
  requiresReboot!: boolean | null;

  @Property({ type: "string[]" })
  restartReasons!: string[];

  @Property({ type: "json", nullable: true })
  reversibility!: Reversibility | null;

  @Property({ type: "json" })
  blockers!: { code: string; message: string }[];

  @Property({ type: "text", nullable: true })
  failureCode!: string | null;

  @Property({ type: "text", nullable: true })
  failureMessage!: string | null;

  @Property({ type: "text" })
  requestedBy!: string;

  @Property({ type: "timestamptz" })
  requestedAt!: Date;

  @Property({ type: "timestamptz", nullable: true })
  resolvedAt!: Date | null;

  @Property({ type: "timestamptz", nullable: true })
  expiresAt!: Date | null;

  @Property({ type: "uuid" })
  planCommandId!: string;

  @Property({ type: "uuid", nullable: true })
  installCommandId!: string | null;
}
