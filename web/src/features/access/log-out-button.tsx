import { LogOut } from "lucide-react";
import { useClient } from "urql";

import { failureText } from "../../data/failures.js";
import { graphql } from "../../data/graphql.js";
import { useSessionChanged } from "../../data/session.js";
import { IconButton } from "../../ui/button.js";
import { useToast } from "../../ui/toast.js";

const LogOutMutation = graphql(`
  mutation LogOut {
    logOut(input: {}) {
      errors {
        message
      }
    }
  }
`);

/** Ends the session. */
export function LogOutButton() {
  const client = useClient();
  const sessionChanged = useSessionChanged();
  const toast = useToast();
  const logOut = async () => {
    const { error } = await client.mutation(LogOutMutation, {}).toPromise();
    if (error?.networkError) toast(failureText(error), "bad");
    else sessionChanged();
  };
  return <IconButton label="Log out" icon={LogOut} onClick={() => void logOut()} />;
}
