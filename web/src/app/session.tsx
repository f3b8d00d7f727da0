import { type ReactNode, useCallback, useRef, useState } from "react";
import { Provider } from "urql";

import { setConnection } from "../data/connection.js";
import { SessionContext } from "../data/session.js";
import { createSessionClient, type SessionClient } from "./urql-client.js";

/** Gives the page a client, and a fresh one with an empty cache whenever somebody logs in or out. */
export function SessionProvider({ children }: { readonly children: ReactNode }) {
  const [session, setSession] = useState<SessionClient>(createSessionClient);
  const current = useRef(session);
  const change = useCallback(() => {
    current.current.dispose();
    setConnection("idle");
    current.current = createSessionClient();
    setSession(current.current);
  }, []);
  return (
    <SessionContext value={change}>
      <Provider value={session.client}>{children}</Provider>
    </SessionContext>
  );
}
