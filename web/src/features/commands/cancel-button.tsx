import { Ban } from "lucide-react";
import { useState } from "react";
import { useMutation } from "urql";

import { failureText } from "../../data/failures.js";
import { graphql } from "../../data/graphql.js";
import { type Permission, useBlocked } from "../../data/viewer.js";
import { Button } from "../../ui/button.js";
import { ConfirmDialog } from "../../ui/confirm-dialog.js";
import { useToast } from "../../ui/toast.js";
import type { Command } from "./command-fragment.js";
import { type CommandType, isActive, setsMarks } from "./command-words.js";

const CancelCommands = graphql(`
  mutation CancelCommands($ids: [ID!]!) {
    cancelCommands(input: { ids: $ids }) {
      commands {
        id
        state
        isCancelRequested
      }
      errors {
        message
        path
      }
    }
  }
`);

/** Asks for a command to stop, and says beforehand what stopping can do at this point. */
export function CancelButton({ command }: { readonly command: Command }) {
  const [{ fetching }, cancel] = useMutation(CancelCommands);
  const [isAsking, setAsking] = useState(false);
  const toast = useToast();
  const noCancel = useBlocked(permissionFor(command.type));
  if (!isActive(command.state)) return null;
  const confirm = async () => {
    const { data, error } = await cancel({ ids: [command.id] });
    const refusal = error ? failureText(error) : data?.cancelCommands.errors[0]?.message;
    toast(refusal ?? "Asked to stop", refusal ? "bad" : "good");
    setAsking(false);
  };
  return (
    <>
      <Button
        icon={Ban}
        blocked={noCancel ?? (command.isCancelRequested && "It was asked to stop already.")}
        onClick={() => setAsking(true)}
      >
        {command.isCancelRequested ? "Stopping…" : "Cancel"}
      </Button>
      {isAsking && (
        <ConfirmDialog
          title="Cancel this command?"
          confirm="Ask it to stop"
          isDangerous
          busy={fetching}
          onConfirm={() => void confirm()}
          onClose={() => setAsking(false)}
        >
          <p>{whatCancellingDoes(command)}</p>
        </ConfirmDialog>
      )}
    </>
  );
}

function permissionFor(type: CommandType): Permission {
  if (type === "INSTALL" || type === "ROLLBACK") return "UPDATES_INSTALL";
  return setsMarks(type) ? "UPDATES_APPROVE" : "UPDATES_PLAN";
}

/** What would come of cancelling now, in one or two sentences. */
export function whatCancellingDoes({ state, progress }: Pick<Command, "state" | "progress">): string {
  if (state === "QUEUED")
    return "The agent has not taken it yet: it is cancelled at once and nothing changes.";
  if (progress?.isCancellable !== false) return "It can still stop without changing anything on the machine.";
  return "It is changing the machine now and cannot stop without harm: it ends what it began and starts nothing after it.";
}
