import * as v from "valibot";
import { roles } from "../access/permissions.js";
import { defineEvent, defineEvents } from "../events/projector.js";
import { nameKey } from "../access/clean-name.js";

const PREFIX = "operator:";

/** The stream of one operator. */
export function operatorStream(id: string): string {
  return PREFIX + id;
}

/** Locked by whoever decides about operators as a set: a name is unique, the last admin stays. */
export const ALL_OPERATORS = "operators:all";

const idOf = (stream: string): string => stream.slice(PREFIX.length);

/** What happens to operators. Passwords, session secrets and their hashes never appear here. */
export const operatorEvents = defineEvents(
  {
    "operator.added": defineEvent(
      v.strictObject({ name: v.string(), role: v.picklist(roles) }),
      async (sql, { stream, payload, at }) => {
        await sql.query(
          "insert into operators (id, name, name_key, role, added_at) values ($1, $2, $3, $4, $5)",
          [idOf(stream), payload.name, nameKey(payload.name), payload.role, at],
        );
      },
      ({ name, role }) => `Added the operator ${name} as ${role}.`,
    ),
    "operator.removed": defineEvent(
      v.strictObject({ name: v.string() }),
      async (sql, { stream, at }) => {
        await sql.query("update operators set removed_at = $2 where id = $1", [idOf(stream), at]);
      },
      ({ name }) => `Removed the operator ${name}.`,
    ),
    "operator.logged_in": defineEvent(
      v.strictObject({}),
      async (sql, { stream, at }) => {
        await sql.query("update operators set last_logged_in_at = $2 where id = $1", [idOf(stream), at]);
      },
      () => "Logged in.",
    ),
    "operator.logged_out": defineEvent(
      v.strictObject({ everywhere: v.boolean() }),
      async () => {},
      ({ everywhere }) => (everywhere ? "Logged out everywhere." : "Logged out."),
    ),
  },
  { tables: ["operators"] },
);
