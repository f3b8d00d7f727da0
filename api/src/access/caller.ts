import { systemActor, type Actor } from "../events/event.js";
import { encodeId } from "../schema/global-id.js";
import type { Permission, Role } from "./permissions.js";

/** A person with a session. Ids are plain uuids. */
export interface OperatorCaller {
  readonly kind: "operator";
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly permissions: ReadonlySet<Permission>;
  readonly sessionId: string;
  /** When the session ends unless it is used again. */
  readonly expiresAt: Date;
}

/** A script with an API token. */
export interface ApiTokenCaller {
  readonly kind: "api-token";
  readonly id: string;
  readonly name: string;
  readonly permissions: ReadonlySet<Permission>;
  readonly expiresAt: Date;
}

/** A machine with its access token; it may do what is marked `@ForAgents()` and nothing else. */
export interface AgentCaller {
  readonly kind: "agent";
  readonly id: string;
  /** The host name, or the name an operator gave. */
  readonly name: string;
  readonly permissions: ReadonlySet<Permission>;
  readonly expiresAt: Date;
}

/** Nobody has proved to be anybody. */
export interface AnonymousCaller {
  readonly kind: "anonymous";
  readonly permissions: ReadonlySet<Permission>;
}

/** Who asks. */
export type Caller = OperatorCaller | ApiTokenCaller | AgentCaller | AnonymousCaller;

/** No permission at all: agents and the unknown. */
export const noPermissions: ReadonlySet<Permission> = new Set();

export const anonymous: AnonymousCaller = { kind: "anonymous", permissions: noPermissions };

const idPrefixes = { operator: "op", "api-token": "tok", agent: "agent" } as const;

/** Who an event is said to be done by. The unknown act only through the server's own doors. */
export function actorOf(caller: Caller): Actor {
  if (caller.kind === "anonymous") return systemActor;
  return { kind: caller.kind, id: encodeId(idPrefixes[caller.kind], caller.id), name: caller.name };
}
