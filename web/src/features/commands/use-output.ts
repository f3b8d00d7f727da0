import { useEffect, useState } from "react";
import { useClient } from "urql";

import { graphql } from "../../data/graphql.js";
import { addLines, type OutputLine } from "./output-lines.js";

const OutputQuery = graphql(`
  query CommandOutput($id: ID!, $after: Int!, $first: Int!) {
    command(id: $id) {
      id
      output(after: $after, first: $first) {
        sequence
        text
      }
    }
  }
`);

const PART = 1000;

interface Output {
  readonly lines: readonly OutputLine[];
  /** The last sequence that was loaded when the subscription may begin; null until then. */
  readonly loadedUpTo: number | null;
  readonly add: (lines: readonly OutputLine[]) => void;
}

/** A command's output so far, read to its end before the live events are followed; `add` takes those. */
export function useOutput(id: string): Output {
  const client = useClient();
  const [lines, setLines] = useState<readonly OutputLine[]>([]);
  const [loadedUpTo, setLoadedUpTo] = useState<number | null>(null);
  useEffect(() => {
    let isGone = false;
    const load = async () => {
      let after = 0;
      for (;;) {
        // oxlint-disable-next-line no-await-in-loop -- Each part begins where the one before it ended.
        const { data } = await client
          .query(OutputQuery, { id, after, first: PART }, { requestPolicy: "network-only" })
          .toPromise();
        if (isGone) return;
        const part = data?.command?.output ?? [];
        setLines((known) => addLines(known, part));
        after = part.at(-1)?.sequence ?? after;
        if (part.length < PART) return setLoadedUpTo(after);
      }
    };
    void load();
    return () => {
      isGone = true;
    };
  }, [client, id]);
  return { lines, loadedUpTo, add: (more) => setLines((known) => addLines(known, more)) };
}
