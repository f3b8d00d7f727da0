import { useState } from "react";
import { useClient } from "urql";

import { failureText } from "../../data/failures.js";
import { graphql } from "../../data/graphql.js";
import { randomKey } from "../../data/random-key.js";
import { emitSignal } from "../../data/signals.js";
import { formatCount } from "../../ui/format.js";
import { useToast } from "../../ui/toast.js";

const StartScan = graphql(`
  mutation StartScan($input: StartScanInput!) {
    startScan(input: $input) {
      commands {
        id
        source
        state
      }
      errors {
        message
        path
      }
    }
  }
`);

/** Asks an agent to scan. */
export interface ScanNow {
  /** The source being asked for, `all`, or null. */
  readonly busy: string | null;
  /** Without a source: every source of the agent. */
  readonly start: (source?: string) => void;
}

/** "Scan now" for one agent; a toast says what came of it. */
export function useScanNow(agent: { readonly id: string; readonly name: string }): ScanNow {
  const client = useClient();
  const toast = useToast();
  const [busy, setBusy] = useState<string | null>(null);
  const run = async (source?: string) => {
    setBusy(source ?? "all");
    const input = { agentIds: [agent.id], idempotencyKey: randomKey(), ...(source && { source }) };
    const { data, error } = await client.mutation(StartScan, { input }).toPromise();
    setBusy(null);
    const count = data?.startScan.commands.length ?? 0;
    const refusal = error ? failureText(error) : data?.startScan.errors[0]?.message;
    if (count > 0) toast(`${formatCount(count, "scan")} asked of ${agent.name}`);
    else toast(refusal ?? "Nothing to scan: the agent has not told which sources it has.", "bad");
    emitSignal("agents");
  };
  return { busy, start: (source) => void run(source) };
}
