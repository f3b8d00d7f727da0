import { uuidv7 } from "uuidv7";
import { queueCommand } from "../commands/queue-command.js";
import type { NewEvent } from "../events/event.js";
import type { UpdateToDecide } from "./updates.sql.js";

/**
 * The commands that make the machine's package manager follow a decision about holds: one for each source whose marks
 * are or will be otherwise. All updates are of one agent; `now` is the database's clock.
 */
export function queueMarks(
  type: "HOLD" | "RELEASE",
  updates: readonly UpdateToDecide[],
  now: Date,
): NewEvent[] {
  const changing = updates.filter((update) => willBeMarked(update) !== (type === "HOLD"));
  return [...Map.groupBy(changing, ({ source }) => source)].map(([source, wanted]) =>
    queueCommand(
      {
        id: uuidv7(),
        type,
        source,
        updateIds: wanted.map(({ id }) => id),
        keys: [...new Set(wanted.map(({ key }) => key))],
      },
      now,
    ),
  );
}

/** Of a package without an open update nobody knows; RedFlag's hold, if there is one, had set a mark. */
function willBeMarked({ pendingMark, isHeldByMark, isHeldByOperator }: UpdateToDecide): boolean {
  return pendingMark === null ? (isHeldByMark ?? isHeldByOperator) : pendingMark === "HOLD";
}
