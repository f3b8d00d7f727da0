import { useMutation } from "urql";

import { failureText } from "../../data/failures.js";
import { graphql } from "../../data/graphql.js";
import { ConfirmDialog } from "../../ui/confirm-dialog.js";
import { Notice } from "../../ui/notice.js";
import { useToast } from "../../ui/toast.js";
import type { AgentRow } from "./agent-row.js";

const RetireAgent = graphql(`
  mutation RetireAgent($input: RetireAgentInput!) {
    retireAgent(input: $input) {
      agent {
        id
        state
        retiredAt
        version
      }
      errors {
        code
        message
      }
    }
  }
`);

/** Takes an agent out of service, after a question. */
export function RetireDialog({ agent, onClose }: { readonly agent: AgentRow; readonly onClose: () => void }) {
  const [{ data, error, fetching }, retire] = useMutation(RetireAgent);
  const toast = useToast();
  const problem = error ? failureText(error) : data?.retireAgent.errors[0]?.message;
  const confirm = async () => {
    const result = await retire({ input: { id: agent.id, expectedVersion: agent.version } });
    if (result.error || !result.data || result.data.retireAgent.errors.length > 0) return;
    toast(`${agent.name} is retired`);
    onClose();
  };
  return (
    <ConfirmDialog
      title={`Retire ${agent.name}?`}
      confirm="Retire"
      isDangerous
      busy={fetching}
      onConfirm={() => void confirm()}
      onClose={onClose}
    >
      <p>
        Its tokens are revoked and its queued commands are cancelled. Its history stays. To manage the machine
        again, it has to be enrolled anew.
      </p>
      {problem && <Notice tone="bad">{problem}</Notice>}
    </ConfirmDialog>
  );
}
