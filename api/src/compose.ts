import "reflect-metadata";
import { container as rootContainer, type DependencyContainer } from "tsyringe";
import { Revocations } from "./access/revocations.js";
import type { Authenticator } from "./access/authenticator.js";
import type { InventorySettings } from "./agents/inventory-settings.js";
import type { Clock } from "./clock.js";
import type { Database } from "./database/database.js";
import type { Log } from "./database/log.js";
import { EventLog } from "./events/append.js";
import { EventBus } from "./events/event-bus.js";
import { EventFeed } from "./events/event-feed.js";
import { Projectors } from "./events/projector.js";
import { startWakeChannel } from "./events/publish.js";
import {
  CLOCK,
  DATABASE,
  EVENT_BUS,
  EVENT_FEED,
  EVENT_LOG,
  INVENTORY_SETTINGS,
  LOG,
  NODE_SOURCES,
  PROJECTORS,
  RANDOM_BYTES,
  REVOCATIONS,
} from "./injection-tokens.js";
import type { ApiModule, NodeSource } from "./module.js";
import type { RandomBytes } from "./random-bytes.js";

/** What the server is composed from; everything that a test may want otherwise. */
export interface Ingredients {
  /** Open and migrated. */
  readonly database: Database;
  readonly modules: readonly ApiModule[];
  readonly log: Log;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly inventory: InventorySettings;
}

/** The services of all modules, started. */
export interface Services {
  readonly container: DependencyContainer;
  readonly authenticators: readonly Authenticator[];
  readonly revocations: Revocations;
  /**
   * Ends background work and the following of the log; the database stays open. What fails to end does not keep the rest
   * from ending, and is thrown afterwards.
   */
  stop(): Promise<void>;
}

/** All modules' events, in the order in which state is rebuilt. */
export function projectorsOf(modules: readonly ApiModule[]): Projectors {
  return new Projectors(modules.map((module) => module.events));
}

/**
 * Joins the modules in a container of their own and starts their background work. When that fails, what was opened is
 * closed again.
 */
export async function compose(ingredients: Ingredients): Promise<Services> {
  const { database, modules, log, clock, random } = ingredients;
  await using opened = new AsyncDisposableStack();
  const projectors = projectorsOf(modules);
  const bus = new EventBus(log);
  const wakes = startWakeChannel({ connection: database.connection, bus, log });
  opened.defer(() => wakes.close());
  const feed = await EventFeed.start({ database, bus, log });
  opened.defer(() => feed.close());
  const revocations = new Revocations();
  const container = rootContainer.createChildContainer();
  container.registerInstance(DATABASE, database);
  container.registerInstance(LOG, log);
  container.registerInstance(CLOCK, clock);
  container.registerInstance(RANDOM_BYTES, random);
  container.registerInstance(PROJECTORS, projectors);
  container.registerInstance(EVENT_BUS, bus);
  container.registerInstance(EVENT_LOG, new EventLog({ projectors, bus, clock }));
  container.registerInstance(EVENT_FEED, feed);
  container.registerInstance(REVOCATIONS, revocations);
  container.registerInstance(INVENTORY_SETTINGS, ingredients.inventory);
  for (const module of modules) module.register(container);
  container.registerInstance(NODE_SOURCES, nodeSourcesOf(modules, container));
  for (const job of modules.flatMap((module) => module.background?.(container) ?? [])) {
    await job.start();
    opened.defer(() => job.stop());
  }
  const authenticators = modules.flatMap((module) => module.authenticators?.(container) ?? []);
  const running = opened.move();
  return { container, authenticators, revocations, stop: () => running.disposeAsync() };
}

/** Throws when two modules claim one id prefix. */
function nodeSourcesOf(
  modules: readonly ApiModule[],
  container: DependencyContainer,
): ReadonlyMap<string, NodeSource> {
  const sources = new Map<string, NodeSource>();
  for (const { name, nodes } of modules) {
    for (const [prefix, source] of Object.entries(typeof nodes === "function" ? nodes(container) : nodes)) {
      if (sources.has(prefix))
        throw new Error(`The module ${name} claims the id prefix ${prefix}, which is taken.`);
      sources.set(prefix, source);
    }
  }
  return sources;
}
