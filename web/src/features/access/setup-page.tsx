import { type SubmitEvent, useEffect, useState } from "react";
import { useLocation } from "react-router";
import { useMutation } from "urql";

import { failureText, fieldError } from "../../data/failures.js";
import { graphql } from "../../data/graphql.js";
import { useSessionChanged } from "../../data/session.js";
import { Button } from "../../ui/button.js";
import { TextField } from "../../ui/field.js";
import { EntryPage } from "./entry-page.js";
import { PASSWORD_HELP, passwordProblem } from "./password-rule.js";
import { Problems } from "../../ui/problems.js";
import { readSetupCode } from "./setup-code.js";

const SetUp = graphql(`
  mutation SetUp($input: SetUpInput!) {
    setUp(input: $input) {
      viewer {
        permissions
      }
      errors {
        message
        path
      }
    }
  }
`);

const FIELDS = ["setupCode", "name", "password"] as const;

/** Makes the first admin. The code may come in the address; it is taken out of it at once. */
export function SetupPage() {
  const { hash } = useLocation();
  const [form, setForm] = useState(() => ({ setupCode: readSetupCode(hash), name: "", password: "" }));
  const [isTried, setTried] = useState(false);
  const [{ data, error, fetching }, setUp] = useMutation(SetUp);
  const sessionChanged = useSessionChanged();
  useEffect(() => {
    // Out of the address bar, the history and whatever is shared from there.
    if (hash) window.history.replaceState(window.history.state, "", "/setup");
  }, [hash]);
  const errors = data?.setUp.errors ?? [];
  const problem = isTried ? passwordProblem(form.password) : undefined;
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    setTried(true);
    if (passwordProblem(form.password)) return;
    const input = { ...form, setupCode: form.setupCode.trim(), name: form.name.trim() };
    const result = await setUp({ input });
    if (result.data?.setUp.viewer) sessionChanged();
  };
  const field = (name: (typeof FIELDS)[number]) => ({
    required: true,
    value: form[name],
    onChange: (event: { readonly target: { readonly value: string } }) =>
      setForm((now) => ({ ...now, [name]: event.target.value })),
  });
  return (
    <EntryPage title="Set up RedFlag">
      <p className="mb-6 text-sm text-muted">
        Make the first admin of this server. This is possible only once.
      </p>
      <form onSubmit={(event) => void submit(event)} className="space-y-4" noValidate>
        <TextField
          label="Setup code"
          help="The server printed it when it started."
          autoComplete="off"
          spellCheck={false}
          className="font-mono"
          error={fieldError(errors, "setupCode")}
          {...field("setupCode")}
        />
        <TextField
          label="Name"
          help="Your login name, 1 to 64 characters."
          autoComplete="username"
          maxLength={64}
          error={fieldError(errors, "name")}
          {...field("name")}
        />
        <TextField
          label="Password"
          type="password"
          help={PASSWORD_HELP}
          autoComplete="new-password"
          error={problem ?? fieldError(errors, "password")}
          {...field("password")}
        />
        <Problems
          error={error && failureText(error)}
          errors={errors.filter((each) => isElsewhere(each.path))}
        />
        <Button type="submit" variant="primary" busy={fetching} className="w-full">
          Make the admin and log in
        </Button>
      </form>
    </EntryPage>
  );
}

const isElsewhere = (path: readonly string[] | null) => !FIELDS.some((field) => path?.includes(field));
