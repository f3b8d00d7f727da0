import type { NewEvent } from "../events/event.js";
import { QUEUE_SECONDS } from "./command-limits.js";
import type { CommandType } from "./commands.events.js";
import { commandEvents } from "./project-commands.js";

/** A command to be. Ids are plain uuids. */
export interface NewCommand {
  readonly id: string;
  readonly type: CommandType;
  readonly source: string;
  /** SCAN only. */
  readonly refresh?: boolean;
  /** PLAN and INSTALL; the updates also HOLD and RELEASE. */
  readonly planId?: string;
  readonly updateIds?: readonly string[];
  /** HOLD and RELEASE: the packages. */
  readonly keys?: readonly string[];
  /** ROLLBACK: the INSTALL that it takes back. */
  readonly rollsBack?: string;
  /** When what was decided is too old to be begun, so that it waits no longer; for an INSTALL when its plan expires. */
  readonly expiresAt?: Date;
}

/** The event that puts a command into its agent's queue. `now` is the database's clock. */
export function queueCommand(command: NewCommand, now: Date): NewEvent {
  const latest = now.getTime() + QUEUE_SECONDS[command.type] * 1000;
  const expiry = command.expiresAt?.getTime() ?? Infinity;
  const deadlineAt = new Date(Math.min(latest, expiry)).toISOString();
  return commandEvents.of("command.queued", {
    commandId: command.id,
    type: command.type,
    source: command.source,
    planId: command.planId ?? null,
    updateIds: [...(command.updateIds ?? [])],
    refresh: command.type === "SCAN" ? (command.refresh ?? true) : null,
    keys: [...(command.keys ?? [])],
    rollsBack: command.rollsBack ?? null,
    deadlineAt,
    beginBefore: deadlineAt,
  });
}
