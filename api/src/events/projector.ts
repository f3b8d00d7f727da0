import * as v from "valibot";
import type { Sql } from "../database/sql.js";
import type { NewEvent, RecordedEvent } from "./event.js";

type PayloadSchema = v.GenericSchema;

/** One type of event: what its payload looks like and how it changes the state tables. */
export interface EventDefinition<Schema extends PayloadSchema = PayloadSchema> {
  readonly payload: Schema;
  /**
   * Writes the state. Must depend on nothing but the event and the tables it projects: no clock, no random,
   * no table outside `tables`, no `now()`, only unqualified table names. The same code replays the log into
   * a scratch schema years later.
   */
  project(sql: Sql, event: RecordedEvent<v.InferOutput<Schema>>): Promise<void>;
  /** One sentence for people, without the actor: "Approved openssl 3.0.15 on web-1." */
  summarize?(payload: v.InferOutput<Schema>): string;
}

/** How a noun's tables follow another noun's event. Made by {@link listen}. */
export interface EventListener {
  /** The schema of the event's owner itself. */
  readonly payload: PayloadSchema;
  project(sql: Sql, event: RecordedEvent): Promise<void>;
}

/** A noun's events, made by {@link defineEvents}. */
export interface EventFamily {
  readonly definitions: Readonly<Record<string, EventDefinition>>;
  /** By event type, also of other nouns: what else changes in this noun's tables, after the definition's own. */
  readonly listeners?: Readonly<Record<string, EventListener>>;
  /** State tables that only these projectors write; parents before children. */
  readonly tables: readonly string[];
}

/** A noun's events with their payload types known to the compiler. */
export interface TypedEventFamily<Schemas extends Record<string, PayloadSchema>> extends EventFamily {
  /** Makes an event for `append`; the payload's type goes with the event's. */
  of<Type extends keyof Schemas & string>(type: Type, payload: v.InferInput<Schemas[Type]>): NewEvent;
}

/** Pairs a payload schema with its projector, so that `event.payload` is typed inside `project`. */
export function defineEvent<Schema extends PayloadSchema>(
  payload: Schema,
  project: EventDefinition<Schema>["project"],
  summarize?: (payload: v.InferOutput<Schema>) => string,
): EventDefinition<Schema> {
  return summarize ? { payload, project, summarize } : { payload, project };
}

/**
 * A listener for another noun's event, with the same duties as `project`: it depends on nothing but the event
 * and its own noun's tables. `payload` is the schema that the event's owner exports.
 */
export function listen<Schema extends PayloadSchema>(
  payload: Schema,
  project: (sql: Sql, event: RecordedEvent<v.InferOutput<Schema>>) => Promise<void>,
): EventListener {
  return { payload, project: project as EventListener["project"] };
}

/**
 * Declares a noun's events and the tables they project:
 *
 * ```ts
 * export const scanEvents = defineEvents(
 *   { "scan.recorded": defineEvent(ScanRecorded, async (sql, event) => { await sql.query(…); }) },
 *   { tables: ["scans"] },
 * );
 * ```
 */
export function defineEvents<Schemas extends Record<string, PayloadSchema>>(
  definitions: { readonly [Type in keyof Schemas]: EventDefinition<Schemas[Type]> },
  state: Pick<EventFamily, "tables" | "listeners">,
): TypedEventFamily<Schemas> {
  return {
    ...state,
    definitions: definitions as unknown as Record<string, EventDefinition>,
    of: (type, payload) => ({ type, payload }),
  };
}

/** An event whose type or payload no projector accepts. */
export class UnknownEventError extends Error {
  override readonly name = "UnknownEventError";
}

/** All nouns' events together. */
export class Projectors {
  readonly #definitions = new Map<string, EventDefinition>();
  readonly #listeners = new Map<string, EventListener[]>();
  /** Every projected table, parents before children. */
  readonly tables: readonly string[];

  /**
   * Throws when two families define one type or project one table, or one listens to a type that nobody defines or
   * that is defined with another payload.
   */
  constructor(families: readonly EventFamily[]) {
    for (const [type, definition] of families.flatMap((family) => Object.entries(family.definitions))) {
      if (this.#definitions.has(type)) throw new Error(`The event type "${type}" is defined twice.`);
      this.#definitions.set(type, definition);
    }
    for (const [type, listener] of families.flatMap((family) => Object.entries(family.listeners ?? {}))) {
      const definition = this.#definitions.get(type);
      if (!definition) throw new Error(`The event type "${type}" is listened to, but not defined.`);
      if (definition.payload !== listener.payload)
        throw new Error(`The event type "${type}" is listened to with another payload than it has.`);
      this.#listeners.set(type, [...(this.#listeners.get(type) ?? []), listener]);
    }
    this.tables = families.flatMap((family) => family.tables);
    const twice = this.tables.find((table, index) => this.tables.indexOf(table) !== index);
    if (twice !== undefined) throw new Error(`The table "${twice}" is projected by two families.`);
  }

  /** Every known event type, sorted. */
  get types(): string[] {
    return [...this.#definitions.keys()].toSorted();
  }

  /** Checks a payload. Throws {@link UnknownEventError} naming the type and the place in the payload. */
  parse(type: string, payload: unknown): unknown {
    const parsed = v.safeParse(this.#get(type).payload, payload);
    if (parsed.success) return parsed.output;
    const [issue] = parsed.issues;
    const place = v.getDotPath(issue) ?? "payload";
    throw new UnknownEventError(`The payload of "${type}" is wrong at ${place}: ${issue.message}`);
  }

  /** Checks the payload and writes the event's change into the state tables. */
  async project(sql: Sql, event: RecordedEvent): Promise<void> {
    await this.projectChecked(sql, { ...event, payload: this.parse(event.type, event.payload) });
  }

  /** Writes the change of an event whose payload `parse` has given. A report of a machine is large: check it once. */
  async projectChecked(sql: Sql, event: RecordedEvent): Promise<void> {
    await this.#get(event.type).project(sql, event);
    for (const listener of this.#listeners.get(event.type) ?? []) await listener.project(sql, event);
  }

  /** One sentence for people about an event of the log; the type's name when it says nothing of itself. */
  summarize(type: string, payload: unknown): string {
    const definition = this.#definitions.get(type);
    const parsed = definition && v.safeParse(definition.payload, payload);
    return parsed?.success && definition?.summarize ? definition.summarize(parsed.output) : type;
  }

  #get(type: string): EventDefinition {
    const definition = this.#definitions.get(type);
    if (definition) return definition;
    throw new UnknownEventError(`The event type "${type}" is not known to this version.`);
  }
}
