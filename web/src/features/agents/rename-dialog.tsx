import { type SubmitEvent, useState } from "react";
import { useMutation } from "urql";

import { failureText } from "../../data/failures.js";
import { graphql } from "../../data/graphql.js";
import { Button } from "../../ui/button.js";
import { Dialog } from "../../ui/dialog.js";
import { TextField } from "../../ui/field.js";
import { useToast } from "../../ui/toast.js";
import type { AgentRow } from "./agent-row.js";

const RenameAgent = graphql(`
  mutation RenameAgent($input: RenameAgentInput!) {
    renameAgent(input: $input) {
      agent {
        id
        name
        version
      }
      errors {
        code
        message
      }
    }
  }
`);

/** Gives an agent another name. */
export function RenameDialog({ agent, onClose }: { readonly agent: AgentRow; readonly onClose: () => void }) {
  const [{ data, error, fetching }, rename] = useMutation(RenameAgent);
  const [name, setName] = useState(agent.name);
  const toast = useToast();
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const wanted = name.trim();
    // A host name that is confirmed stays the host name, and follows it when that changes.
    if (wanted === agent.name) return onClose();
    const result = await rename({
      input: { id: agent.id, name: wanted || null, expectedVersion: agent.version },
    });
    if (result.error || !result.data || result.data.renameAgent.errors.length > 0) return;
    toast(`Renamed to ${result.data.renameAgent.agent?.name ?? wanted}`);
    onClose();
  };
  return (
    <Dialog
      title={`Rename ${agent.name}`}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" type="submit" form="rename" busy={fetching}>
            Rename
          </Button>
        </>
      }
    >
      <form id="rename" onSubmit={(event) => void submit(event)}>
        <TextField
          label="Name"
          help={`Up to 255 characters. Leave it empty for the host name${agent.hostname ? `, ${agent.hostname}` : ""}.`}
          value={name}
          maxLength={255}
          error={error ? failureText(error) : data?.renameAgent.errors[0]?.message}
          onChange={(event) => setName(event.target.value)}
        />
      </form>
    </Dialog>
  );
}
