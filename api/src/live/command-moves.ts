import { setTimeout as delay } from "node:timers/promises";
import { commandStates, type CommandState } from "../commands/command-states.js";
import { readOutput } from "../commands/output.sql.js";
import type { OutputLine } from "../commands/progress.sql.js";
import type { Sql } from "../database/sql.js";
import { COMMAND_FINGERPRINT } from "./command-watch.js";
import type { LiveParts } from "./live-parts.js";

/** A command moved. */
export interface CommandMove {
  /** The sequence of the last output line so far, as text. */
  readonly sequence: string;
  readonly occurredAt: Date;
  /** Plain uuid. */
  readonly commandId: string;
  readonly lines: readonly OutputLine[];
}

const MOST_LINES = 1000;
/** At most ten events a second. */
const PAUSE_MS = 100;

/**
 * Follows a command from the output line behind `after`. The first move is the command as it is; the last one
 * comes when it has ended and every line was told, and ends the subscription.
 */
export async function* followCommand(
  parts: LiveParts,
  commandId: string,
  after: number,
  signal: AbortSignal,
): AsyncGenerator<CommandMove, void> {
  const watch = parts.commands.open(commandId);
  try {
    let last = after;
    let told: string | undefined;
    while (!signal.aborted) {
      const { generation } = watch;
      const tail = await readTail(parts.database, commandId, last);
      last = tail.lines.at(-1)?.sequence ?? last;
      // The watch may report as news what was read just before it looked.
      if (tail.fingerprint !== told || tail.lines.length > 0) {
        yield { sequence: String(last), occurredAt: tail.readAt, commandId, lines: tail.lines };
      }
      told = tail.fingerprint;
      const isDrained = tail.lines.length < MOST_LINES;
      if (isDrained && commandStates[tail.state].hasEnded) return;
      await delay(PAUSE_MS, undefined, { signal }).catch(() => {});
      if (isDrained) await watch.changed(generation, signal);
    }
  } finally {
    watch.release();
  }
}

interface Tail {
  readonly state: CommandState;
  /** Differs whenever the command does. */
  readonly fingerprint: string;
  readonly readAt: Date;
  readonly lines: readonly OutputLine[];
}

/** The state is read before the lines: when it has ended, no line comes after them. */
async function readTail(sql: Sql, commandId: string, after: number): Promise<Tail> {
  const [command] = await sql.query<Omit<Tail, "lines">>(
    `select c.state, ${COMMAND_FINGERPRINT} as fingerprint, clock_timestamp() as "readAt"
     from commands c left join command_progress p on p.command_id = c.id where c.id = $1`,
    [commandId],
    "live.command-state",
  );
  if (!command) throw new Error(`The command ${commandId} is gone.`);
  return { ...command, lines: await readOutput(sql, { commandId, after, first: MOST_LINES }) };
}
