import type { Sql } from "../database/sql.js";
import type { Role } from "../access/permissions.js";

/** An operator as verbs need it. */
export interface FoundOperator {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
}

/** Whether the first admin was ever made. Once true, it stays true. */
export async function isSetUp(sql: Sql): Promise<boolean> {
  const [row] = await sql.query<{ found: boolean }>("select exists (select from operators) as found");
  return row?.found ?? false;
}

/** An operator in office by id; null when there is none. */
export async function findOperator(sql: Sql, id: string): Promise<FoundOperator | null> {
  const [row] = await sql.query<FoundOperator>(
    "select id, name, role from operators where id = $1 and removed_at is null",
    [id],
  );
  return row ?? null;
}

/** Whether an operator in office has this name already. `key` is what `nameKey` gives. */
export async function isNameTaken(sql: Sql, key: string): Promise<boolean> {
  const [row] = await sql.query<{ found: boolean }>(
    "select exists (select from operators where name_key = $1 and removed_at is null) as found",
    [key],
  );
  return row?.found ?? false;
}

/** How many admins are in office. */
export async function countAdmins(sql: Sql): Promise<number> {
  const [row] = await sql.query<{ admins: number }>(
    "select count(*) as admins from operators where role = 'admin' and removed_at is null",
  );
  return row?.admins ?? 0;
}
