import { type SubmitEvent, useState } from "react";
import { useSearchParams } from "react-router";
import { useMutation } from "urql";

import { failureText } from "../../data/failures.js";
import { graphql } from "../../data/graphql.js";
import { useSessionChanged } from "../../data/session.js";
import { Button } from "../../ui/button.js";
import { TextField } from "../../ui/field.js";
import { EntryPage } from "./entry-page.js";
import { Problems } from "../../ui/problems.js";

const LogIn = graphql(`
  mutation LogIn($input: LogInInput!) {
    logIn(input: $input) {
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

/** Name and password; afterwards the page that was wanted. */
export function LoginPage() {
  const [params] = useSearchParams();
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [{ data, error, fetching }, logIn] = useMutation(LogIn);
  const sessionChanged = useSessionChanged();
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const result = await logIn({ input: { name: name.trim(), password } });
    if (result.data?.logIn.viewer) sessionChanged();
    else setPassword("");
  };
  return (
    <EntryPage title="Log in">
      <p className="mb-6 text-sm text-muted">
        {params.has("return")
          ? "Log in to get back to where you were."
          : "Every update on every machine, in one place."}
      </p>
      <form onSubmit={(event) => void submit(event)} className="space-y-4">
        <TextField
          label="Name"
          autoComplete="username"
          required
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <TextField
          label="Password"
          type="password"
          autoComplete="current-password"
          required
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
        <Problems error={error && failureText(error)} errors={data?.logIn.errors ?? []} />
        <Button type="submit" variant="primary" busy={fetching} className="w-full">
          Log in
        </Button>
      </form>
    </EntryPage>
  );
}
