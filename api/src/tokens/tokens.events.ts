import * as v from "valibot";
import { permissions } from "../access/permissions.js";
import { defineEvent, defineEvents } from "../events/projector.js";

const Time = v.pipe(v.string(), v.isoTimestamp());

const API_TOKEN = "api-token:";
const REGISTRATION_TOKEN = "registration-token:";

/** The stream of one API token. */
export function apiTokenStream(id: string): string {
  return API_TOKEN + id;
}

/** The stream of one registration token. */
export function registrationTokenStream(id: string): string {
  return REGISTRATION_TOKEN + id;
}

const idOf = (stream: string): string => stream.slice(stream.indexOf(":") + 1);

/** What happens to API tokens and registration tokens. Secrets and their hashes never appear here. */
export const tokenEvents = defineEvents(
  {
    "api_token.added": defineEvent(
      v.strictObject({ name: v.string(), scopes: v.array(v.picklist(permissions)), expiresAt: Time }),
      async (sql, { stream, payload, at }) => {
        await sql.query(
          "insert into api_tokens (id, name, scopes, added_at, expires_at) values ($1, $2, $3, $4, $5)",
          [idOf(stream), payload.name, payload.scopes, at, payload.expiresAt],
        );
      },
      ({ name, scopes }) => `Made the API token “${name}” with ${scopes.join(", ")}.`,
    ),
    "api_token.revoked": defineEvent(
      v.strictObject({ name: v.string() }),
      async (sql, { stream, at }) => {
        await sql.query("update api_tokens set revoked_at = $2 where id = $1", [idOf(stream), at]);
      },
      ({ name }) => `Revoked the API token “${name}”.`,
    ),
    "registration_token.added": defineEvent(
      v.strictObject({ name: v.string(), seats: v.pipe(v.number(), v.integer()), expiresAt: Time }),
      async (sql, { stream, payload, at }) => {
        await sql.query(
          `insert into registration_tokens (id, name, seats, used_seats, added_at, expires_at)
           values ($1, $2, $3, 0, $4, $5)`,
          [idOf(stream), payload.name, payload.seats, at, payload.expiresAt],
        );
      },
      ({ name, seats }) =>
        `Made the registration token “${name}” for ${seats === 1 ? "one agent" : `${seats} agents`}.`,
    ),
    "registration_token.used": defineEvent(
      v.strictObject({ agentId: v.pipe(v.string(), v.uuid()) }),
      async (sql, { stream }) => {
        await sql.query(
          "update registration_tokens set used_seats = used_seats + 1 where id = $1",
          [idOf(stream)],
          "tokens.use-seat",
        );
      },
      () => "Took a seat of a registration token.",
    ),
    "registration_token.revoked": defineEvent(
      v.strictObject({ name: v.string() }),
      async (sql, { stream, at }) => {
        await sql.query("update registration_tokens set revoked_at = $2 where id = $1", [idOf(stream), at]);
      },
      ({ name }) => `Revoked the registration token “${name}”.`,
    ),
  },
  { tables: ["api_tokens", "registration_tokens"] },
);
