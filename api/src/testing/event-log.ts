import { EventLog } from "../events/append.js";
import { EventBus } from "../events/event-bus.js";
import { Projectors, type EventFamily } from "../events/projector.js";
import { silentLog } from "./silent-log.js";

/** The event log of a test and its parts. */
export interface TestEventLog {
  log: EventLog;
  bus: EventBus;
  projectors: Projectors;
}

/** An event log over the given families; `clock` defaults to the real one. */
export function createTestEventLog(
  families: readonly EventFamily[],
  clock: () => number = Date.now,
): TestEventLog {
  const bus = new EventBus(silentLog);
  const projectors = new Projectors(families);
  return { log: new EventLog({ projectors, bus, clock }), bus, projectors };
}
