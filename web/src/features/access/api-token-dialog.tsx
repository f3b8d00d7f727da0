import { type SubmitEvent, useState } from "react";
import { useMutation } from "urql";

import { failureText, fieldError } from "../../data/failures.js";
import { graphql } from "../../data/graphql.js";
import { type Permission, useViewer } from "../../data/viewer.js";
import { Button } from "../../ui/button.js";
import { CheckField } from "../../ui/checkbox.js";
import { clockNow } from "../../ui/clock.js";
import { Dialog } from "../../ui/dialog.js";
import { SelectField, TextField } from "../../ui/field.js";
import { Problems } from "../../ui/problems.js";
import { ShownOnceDialog } from "../../ui/shown-once-dialog.js";
import { PERMISSIONS } from "./permission-words.js";

const AddApiToken = graphql(`
  mutation AddApiToken($input: AddApiTokenInput!) {
    addApiToken(input: $input) {
      apiToken {
        id
      }
      secret
      errors {
        message
        path
      }
    }
  }
`);

const DAY_MILLISECONDS = 86_400_000;
const READING: readonly Permission[] = ["AGENTS_READ", "UPDATES_READ"];

/** Makes an API token and shows its secret once. */
export function ApiTokenDialog({
  onClose,
  onMade,
}: {
  readonly onClose: () => void;
  readonly onMade: () => void;
}) {
  const { permissions } = useViewer();
  const [{ data, error, fetching }, add] = useMutation(AddApiToken);
  const [name, setName] = useState("");
  const [days, setDays] = useState(90);
  const [scopes, setScopes] = useState<readonly Permission[]>(READING);
  const answer = data?.addApiToken;
  const errors = answer?.errors ?? [];
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const expiresAt = new Date(clockNow() + days * DAY_MILLISECONDS).toISOString();
    const result = await add({ input: { name: name.trim(), scopes: [...scopes], expiresAt } });
    if (result.data?.addApiToken.secret) onMade();
  };
  const toggle = (scope: Permission) =>
    setScopes((now) => (now.includes(scope) ? now.filter((each) => each !== scope) : [...now, scope]));
  if (answer?.secret) {
    return (
      <ShownOnceDialog title="The token's secret" label="Secret" value={answer.secret} onClose={onClose}>
        The server keeps no copy. Scripts send it as{" "}
        <code className="font-mono text-xs">Authorization: Bearer …</code>
      </ShownOnceDialog>
    );
  }
  return (
    <Dialog
      title="Make an API token"
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            variant="primary"
            type="submit"
            form="api-token"
            busy={fetching}
            blocked={scopes.length === 0 && "Choose at least one permission."}
          >
            Make the token
          </Button>
        </>
      }
    >
      <form id="api-token" onSubmit={(event) => void submit(event)} className="space-y-4">
        <TextField
          label="What it is for"
          help="1 to 64 characters, for example: nightly report."
          required
          maxLength={64}
          value={name}
          error={fieldError(errors, "name")}
          onChange={(event) => setName(event.target.value)}
        />
        <SelectField label="Valid for" value={days} onChange={(event) => setDays(Number(event.target.value))}>
          {[1, 7, 30, 90, 364].map((each) => (
            <option key={each} value={each}>{`${each} ${each === 1 ? "day" : "days"}`}</option>
          ))}
        </SelectField>
        <fieldset className="space-y-1.5 text-sm">
          <legend className="mb-1 text-sm font-medium">What a script with it may do</legend>
          {permissions.map((scope) => (
            <CheckField key={scope} checked={scopes.includes(scope)} onChange={() => toggle(scope)}>
              <code className="font-mono text-xs">{PERMISSIONS[scope][0]}</code>
              <span className="block text-xs text-muted">{PERMISSIONS[scope][1]}</span>
            </CheckField>
          ))}
        </fieldset>
        <Problems
          error={error && failureText(error)}
          errors={errors.filter((each) => !each.path?.includes("name"))}
        />
      </form>
    </Dialog>
  );
}
