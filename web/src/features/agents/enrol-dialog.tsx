import { type SubmitEvent, useState } from "react";
import { useMutation } from "urql";

import { failureText, fieldError } from "../../data/failures.js";
import { graphql } from "../../data/graphql.js";
import { Button } from "../../ui/button.js";
import { Dialog } from "../../ui/dialog.js";
import { SelectField, TextField } from "../../ui/field.js";
import { Problems } from "../../ui/problems.js";
import { ShownOnceDialog } from "../../ui/shown-once-dialog.js";
import { registerLine } from "./register-line.js";

const AddRegistrationToken = graphql(`
  mutation AddRegistrationToken($input: AddRegistrationTokenInput!) {
    addRegistrationToken(input: $input) {
      registrationToken {
        id
        expiresAt
      }
      secret
      errors {
        message
        path
      }
    }
  }
`);

const VALIDITY = [
  [3600, "1 hour"],
  [86_400, "1 day"],
  [604_800, "7 days"],
  [2_592_000, "30 days"],
] as const;

interface EnrolDialogProps {
  readonly onClose: () => void;
  /** Called when a token was made. */
  readonly onMade?: () => void;
}

/** Makes a registration token and shows the line to run on the machine, once. */
export function EnrolDialog({ onClose, onMade }: EnrolDialogProps) {
  const [{ data, error, fetching }, add] = useMutation(AddRegistrationToken);
  const [name, setName] = useState("new agents");
  const [seats, setSeats] = useState("1");
  const [validSeconds, setValidSeconds] = useState<number>(86_400);
  const answer = data?.addRegistrationToken;
  const errors = answer?.errors ?? [];
  const elsewhere = errors.filter((each) => !["name", "seats"].some((field) => each.path?.includes(field)));
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const result = await add({ input: { name: name.trim(), seats: Number(seats), validSeconds } });
    if (result.data?.addRegistrationToken.secret) onMade?.();
  };
  if (answer?.secret) {
    const line = registerLine(location.origin, answer.secret);
    return (
      <ShownOnceDialog title="Run this on the machine" label="Command" value={line} onClose={onClose}>
        The server keeps no copy of the token. Run the line as root, so that the agent can also install, and
        start it with redflag-agent run. It then appears in the list.
      </ShownOnceDialog>
    );
  }
  return (
    <Dialog
      title="Enrol an agent"
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" type="submit" form="enrol" busy={fetching}>
            Make the token
          </Button>
        </>
      }
    >
      <form id="enrol" onSubmit={(event) => void submit(event)} className="space-y-4">
        <p className="text-sm text-muted">
          A registration token lets machines join. You get the line to run on each machine in the next step.
        </p>
        <TextField
          label="What it is for"
          help="1 to 64 characters, for example: web servers."
          value={name}
          required
          maxLength={64}
          error={fieldError(errors, "name")}
          onChange={(event) => setName(event.target.value)}
        />
        <TextField
          label="How many agents may use it"
          type="number"
          min={1}
          max={10_000}
          required
          value={seats}
          error={fieldError(errors, "seats")}
          onChange={(event) => setSeats(event.target.value)}
        />
        <SelectField
          label="Valid for"
          value={validSeconds}
          onChange={(event) => setValidSeconds(Number(event.target.value))}
        >
          {VALIDITY.map(([seconds, label]) => (
            <option key={seconds} value={seconds}>
              {label}
            </option>
          ))}
        </SelectField>
        <Problems error={error && failureText(error)} errors={elsewhere} />
      </form>
    </Dialog>
  );
}
