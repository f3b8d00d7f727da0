import { KeyRound, Plus } from "lucide-react";
import { useState } from "react";

import { graphql, type ResultOf } from "../../data/graphql.js";
import { loadState } from "../../data/load-state.js";
import { useReloadOn } from "../../data/signals.js";
import { useBlocked } from "../../data/viewer.js";
import { useKeptQuery } from "../../data/use-kept-query.js";
import { Button } from "../../ui/button.js";
import { EmptyState } from "../../ui/empty-state.js";
import { ErrorState } from "../../ui/error-state.js";
import { Moment } from "../../ui/moment.js";
import { Page, Panel } from "../../ui/page.js";
import { Skeleton } from "../../ui/skeleton.js";
import { EnrolDialog } from "../agents/enrol-dialog.js";
import { ApiTokenDialog } from "./api-token-dialog.js";
import { PERMISSIONS } from "./permission-words.js";
import { RevokeDialog, type Revocation } from "./revoke-dialog.js";
import { TokenTable } from "./token-table.js";

const TokensQuery = graphql(`
  query Tokens {
    apiTokens {
      id
      name
      scopes
      addedAt
      expiresAt
      lastUsedAt
      revokedAt
    }
    registrationTokens {
      id
      name
      seats
      usedSeats
      addedAt
      expiresAt
      revokedAt
    }
  }
`);

type Tokens = ResultOf<typeof TokensQuery>;

/** Tokens for scripts and for new agents. */
export function TokensPage() {
  const [result, reload] = useKeptQuery({ query: TokensQuery, requestPolicy: "cache-and-network" });
  const [dialog, setDialog] = useState<"api" | "registration" | null>(null);
  const [revocation, setRevocation] = useState<Revocation | null>(null);
  const again = () => reload({ requestPolicy: "network-only" });
  useReloadOn(["agents"], again);
  const noManage = useBlocked("TOKENS_MANAGE");
  const state = loadState(result);
  return (
    <Page
      title="Tokens"
      subtitle="A token's secret is shown once, when it is made; the server keeps no copy of it."
    >
      <Panel
        title="For new agents"
        actions={
          <Button size="sm" icon={Plus} blocked={noManage} onClick={() => setDialog("registration")}>
            Registration token
          </Button>
        }
      >
        {state.is === "loading" && <Skeleton rows={3} />}
        {state.is === "failed" && <ErrorState message={state.message} onRetry={again} />}
        {result.data && (
          <RegistrationTokens tokens={result.data.registrationTokens} onRevoke={setRevocation} />
        )}
      </Panel>
      <Panel
        title="For scripts"
        actions={
          <Button size="sm" icon={Plus} blocked={noManage} onClick={() => setDialog("api")}>
            API token
          </Button>
        }
      >
        {state.is === "loading" && <Skeleton rows={3} />}
        {state.is === "failed" && <ErrorState message={state.message} onRetry={again} />}
        {result.data && <ApiTokens tokens={result.data.apiTokens} onRevoke={setRevocation} />}
      </Panel>
      {dialog === "registration" && <EnrolDialog onClose={() => setDialog(null)} onMade={again} />}
      {dialog === "api" && <ApiTokenDialog onClose={() => setDialog(null)} onMade={again} />}
      {revocation && <RevokeDialog revocation={revocation} onClose={() => setRevocation(null)} />}
    </Page>
  );
}

interface ListProps<T> {
  readonly tokens: T;
  readonly onRevoke: (revocation: Revocation) => void;
}

function RegistrationTokens({ tokens, onRevoke }: ListProps<Tokens["registrationTokens"]>) {
  if (tokens.length === 0) {
    return (
      <EmptyState icon={KeyRound} title="No registration tokens">
        <p>A machine needs one to enrol.</p>
      </EmptyState>
    );
  }
  return (
    <TokenTable
      label="Registration tokens"
      tokens={tokens}
      more={(token) => `${token.usedSeats} of ${token.seats} seats used`}
      onRevoke={({ id, name }) => onRevoke({ kind: "registration", id, name })}
    />
  );
}

function ApiTokens({ tokens, onRevoke }: ListProps<Tokens["apiTokens"]>) {
  if (tokens.length === 0) {
    return (
      <EmptyState icon={KeyRound} title="No API tokens">
        <p>A script needs one to ask the server.</p>
      </EmptyState>
    );
  }
  return (
    <TokenTable
      label="API tokens"
      tokens={tokens}
      more={(token) => (
        <>
          <p className="font-mono">{token.scopes.map((scope) => PERMISSIONS[scope][0]).join(", ")}</p>
          <p>
            last used <Moment at={token.lastUsedAt} />
          </p>
        </>
      )}
      onRevoke={({ id, name }) => onRevoke({ kind: "api", id, name })}
    />
  );
}
