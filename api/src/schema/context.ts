import type { EntityManager } from "@mikro-orm/postgresql";
import DataLoader from "dataloader";
import type { Caller } from "../access/caller.js";
import type { Database } from "../database/database.js";
import type { Log } from "../database/log.js";

/** The browser's side of a request that may set the session cookie; absent on a WebSocket. */
export interface CookieJar {
  /** Sets the session cookie until `expiresAt`. */
  set(secret: string, expiresAt: Date): void;
  /** Forgets it. */
  clear(): void;
}

/** Makes the batch function of one kind of loader for one request. Results stand in the order of the keys. */
export type LoaderFactory<Key, Value> = (
  context: RequestContext,
) => (keys: readonly Key[]) => Promise<ArrayLike<Value | Error>>;

/** One request, or one operation on a WebSocket. */
export interface RequestContext {
  /** Goes into logs and into `extensions.requestId`. */
  readonly requestId: string;
  readonly caller: Caller;
  readonly database: Database;
  /** A fresh entity manager for reads outside a transaction; made when first used. */
  readonly em: EntityManager;
  readonly log: Log;
  /** The client's address, after the trusted proxies. */
  readonly address: string;
  /** Aborted when the client is gone. */
  readonly signal: AbortSignal;
  readonly cookies?: CookieJar;
  /** This request's loader of one kind; each key is loaded once. `factory` itself names the kind. */
  loader<Key, Value>(factory: LoaderFactory<Key, Value>): DataLoader<Key, Value>;
  /** Forgets everything loaded so far: each event of a subscription sees the database anew. */
  renew(): void;
}

/** What differs from request to request. */
export type ContextParts = Omit<RequestContext, "em" | "loader" | "renew">;

/** Makes a context with loaders of its own. */
export function createContext(parts: ContextParts): RequestContext {
  const loaders = new Map<unknown, unknown>();
  let em: EntityManager | undefined;
  const context: RequestContext = {
    ...parts,
    get em() {
      em ??= parts.database.fork();
      return em;
    },
    loader<Key, Value>(factory: LoaderFactory<Key, Value>) {
      let loader = loaders.get(factory) as DataLoader<Key, Value> | undefined;
      if (!loader) {
        loader = new DataLoader<Key, Value>(factory(context));
        loaders.set(factory, loader);
      }
      return loader;
    },
    renew() {
      loaders.clear();
      em = undefined;
    },
  };
  return context;
}
