import { NotFoundError } from "./user-errors.js";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Every prefix of a global id and the word for it in messages. */
export const idPrefixes = {
  agent: "agent",
  scan: "scan",
  upd: "update",
  plan: "plan",
  cmd: "command",
  evt: "event",
  op: "operator",
  tok: "API token",
  reg: "registration token",
} as const;

/** The type prefix of a global id, without the underscore. */
export type IdPrefix = keyof typeof idPrefixes;

/** `encodeId("agent", uuid)` is `agent_<uuid>`. */
export function encodeId(prefix: IdPrefix, uuid: string): string {
  return `${prefix}_${uuid}`;
}

/** The uuid in a global id; null when it is not an id of this prefix. */
export function decodeId(prefix: IdPrefix, id: string): string | null {
  const parts = splitId(id);
  return parts?.prefix === prefix ? parts.uuid : null;
}

/** The two parts of any global id; null when the text is none. */
export function splitId(id: string): { prefix: IdPrefix; uuid: string } | null {
  const cut = id.indexOf("_");
  const prefix = id.slice(0, Math.max(cut, 0));
  const uuid = id.slice(cut + 1);
  if (!Object.hasOwn(idPrefixes, prefix) || !UUID.test(uuid)) return null;
  return { prefix: prefix as IdPrefix, uuid };
}

/**
 * The uuid in an id that came as input. An id of another kind names nothing here, so it is a
 * {@link NotFoundError} at `path`, just like an id that does not exist.
 */
export function requireId(prefix: IdPrefix, id: string, path?: readonly string[]): string {
  const uuid = decodeId(prefix, id);
  if (uuid !== null) return uuid;
  throw NotFoundError.of(prefix, id, path);
}
