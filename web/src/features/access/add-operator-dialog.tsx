import { type SubmitEvent, useState } from "react";
import { useMutation } from "urql";

import { failureText, fieldError } from "../../data/failures.js";
import { graphql } from "../../data/graphql.js";
import { Button } from "../../ui/button.js";
import { Dialog } from "../../ui/dialog.js";
import { SelectField, TextField } from "../../ui/field.js";
import { useToast } from "../../ui/toast.js";
import { PASSWORD_HELP, passwordProblem } from "./password-rule.js";
import { Problems } from "../../ui/problems.js";

const AddOperator = graphql(`
  mutation AddOperator($input: AddOperatorInput!) {
    addOperator(input: $input) {
      operator {
        id
      }
      errors {
        message
        path
      }
    }
  }
`);

type Role = ReturnType<typeof graphql.scalar<"Role">>;

const ROLES = {
  VIEWER: "Viewer: sees everything, changes nothing",
  OPERATOR: "Operator: also plans, approves and installs",
  ADMIN: "Admin: also manages agents, tokens and operators",
} as const satisfies Record<Role, string>;

/** Adds a person with a first password. */
export function AddOperatorDialog({
  onClose,
  onAdded,
}: {
  readonly onClose: () => void;
  readonly onAdded: () => void;
}) {
  const [{ data, error, fetching }, add] = useMutation(AddOperator);
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [role, setRole] = useState<Role>("VIEWER");
  const [isTried, setTried] = useState(false);
  const toast = useToast();
  const errors = data?.addOperator.errors ?? [];
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    setTried(true);
    if (passwordProblem(password)) return;
    const result = await add({ input: { name: name.trim(), password, role } });
    if (!result.data?.addOperator.operator) return;
    toast(`${name.trim()} is added`);
    onAdded();
    onClose();
  };
  return (
    <Dialog
      title="Add an operator"
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" type="submit" form="operator" busy={fetching}>
            Add
          </Button>
        </>
      }
    >
      <form id="operator" onSubmit={(event) => void submit(event)} className="space-y-4">
        <TextField
          label="Name"
          help="1 to 64 characters; upper and lower case are alike."
          required
          maxLength={64}
          autoComplete="off"
          value={name}
          error={fieldError(errors, "name")}
          onChange={(event) => setName(event.target.value)}
        />
        <TextField
          label="First password"
          type="password"
          help={PASSWORD_HELP}
          required
          autoComplete="new-password"
          value={password}
          error={(isTried ? passwordProblem(password) : undefined) ?? fieldError(errors, "password")}
          onChange={(event) => setPassword(event.target.value)}
        />
        <SelectField label="Role" value={role} onChange={(event) => setRole(event.target.value as Role)}>
          {Object.entries(ROLES).map(([value, label]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </SelectField>
        <Problems
          error={error && failureText(error)}
          errors={errors.filter((each) => !each.path?.includes("name") && !each.path?.includes("password"))}
        />
      </form>
    </Dialog>
  );
}
