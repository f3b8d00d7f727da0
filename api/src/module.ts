import type { EntityClass } from "@mikro-orm/core";
import type { DependencyContainer } from "tsyringe";
import type { Permission } from "./access/permissions.js";
import type { Authenticator } from "./access/authenticator.js";
import type { EventFamily } from "./events/projector.js";
import type { RequestContext } from "./schema/context.js";

/** A class that type-graphql reads resolvers from. */
export type ResolverClass = abstract new (...parts: never[]) => object;

/** How `node(id)` finds the things of one id prefix. */
export interface NodeSource {
  /** The GraphQL type of what is loaded, for example "Agent". */
  readonly type: string;
  /** What an operator or a script must be allowed to do in order to see it. */
  readonly requires: Permission;
  /** Answers in the order of `ids` (plain uuids), null where there is nothing. */
  load(ids: readonly string[], context: RequestContext): Promise<readonly (object | null)[]>;
}

/** By id prefix without the underscore: "agent", "upd" … */
export type NodeSources = Readonly<Record<string, NodeSource>>;

/** Work that goes on between requests: deadlines, batches, followers of the log. */
export interface BackgroundJob {
  /** Stable, for logs, for example "commands.deadlines". */
  readonly name: string;
  /** Begins; resolves when it runs. */
  start(): Promise<void> | void;
  /** Ends it and waits for what is under way. Called in reverse order of the starts, before the database closes. */
  stop(): Promise<void> | void;
}

/** Everything that one noun brings to the server. The composition root joins the modules; nothing is found by globbing. */
export interface ApiModule {
  /** The noun: "agents", "updates" … */
  readonly name: string;
  readonly entities: readonly EntityClass<object>[];
  /** The noun's events with their projectors. Several nouns may project one event type. */
  readonly events: EventFamily;
  readonly resolvers: readonly ResolverClass[];
  /** How `node(id)` finds the noun's things; a function when that takes a service. */
  readonly nodes: NodeSources | ((container: DependencyContainer) => NodeSources);
  /** Who may prove to be whom. All modules' authenticators are asked by the form of the credential. */
  readonly authenticators?: (container: DependencyContainer) => readonly Authenticator[];
  /** Puts the noun's services into the container, each under its own token. */
  register(container: DependencyContainer): void;
  /** Called once after every module has registered. */
  background?(container: DependencyContainer): readonly BackgroundJob[];
}
