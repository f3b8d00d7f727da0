import type { JournalEntry } from "../journal/journal-entry.js";
import type { LocalOrder } from "../local/local-order.js";
import type { CommandResultInput, OutputLineInput } from "../protocol/operations.js";
import type { LocalCommandInput } from "../protocol/report-local-command.js";

/** An order that has ended, as the server is told of it. */
export function localCommandInput(
  order: LocalOrder,
  entry: Pick<JournalEntry, "startedAt">,
  result: CommandResultInput,
  lines: readonly OutputLineInput[],
): LocalCommandInput {
  const startedAt = result.startedAt ?? entry.startedAt;
  const { state, finishedAt, failure, items, restart, restartReasons, receipt } = result;
  return {
    commandId: order.id,
    type: order.type,
    source: order.source,
    startedBy: order.startedBy,
    requestedAt: order.requestedAt,
    state,
    finishedAt,
    ...(order.rollsBack === null ? {} : { rollsBack: order.rollsBack }),
    wanted: wantedOf(order),
    ...(order.reversibility === null ? {} : { reversibility: order.reversibility }),
    lines: [...lines],
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(failure == null ? {} : { failure }),
    ...(items == null ? {} : { items }),
    ...(restart == null ? {} : { restart }),
    ...(restartReasons == null ? {} : { restartReasons }),
    ...(receipt == null ? {} : { receipt }),
  };
}

function wantedOf({ transaction }: LocalOrder): { key: string; candidateVersion: string }[] {
  return (transaction?.items ?? []).flatMap(({ key, toVersion }) =>
    toVersion === null ? [] : [{ key, candidateVersion: toVersion }],
  );
}
