import { graphql } from "../../data/graphql.js";
import { emitSignal } from "../../data/signals.js";
import { useLive } from "../../data/use-live.js";

const ScanFinished = graphql(`
  subscription ScanFinished($after: String) {
    scanFinished(after: $after) {
      sequence
      scan {
        id
        source
        status
        finishedAt
      }
    }
  }
`);

/** Has every page that shows coverage or counts look again after a scan. */
export function useWatchScans(): void {
  useLive({ subscription: ScanFinished, variables: {}, onEvent: () => emitSignal("scans") });
}
