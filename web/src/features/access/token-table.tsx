import type { ReactNode } from "react";

import { Button } from "../../ui/button.js";
import { Moment } from "../../ui/moment.js";
import { isExpired, isUsable, type TokenFacts, TokenStateBadge } from "./token-state.js";

interface Token extends TokenFacts {
  readonly id: string;
  readonly name: string;
  readonly addedAt: string;
}

interface TokenTableProps<T extends Token> {
  readonly label: string;
  readonly tokens: readonly T[];
  /** What is particular to this kind of token. */
  readonly more: (token: T) => ReactNode;
  readonly onRevoke: (token: T) => void;
}

/** Tokens with their state; a usable one can be revoked. */
export function TokenTable<T extends Token>({ label, tokens, more, onRevoke }: TokenTableProps<T>) {
  return (
    <ul aria-label={label} className="divide-y divide-line">
      {tokens.map((token) => (
        <li key={token.id} className="flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2.5 text-sm">
          <div className="min-w-48 flex-1">
            <p className="font-medium">{token.name}</p>
            <p className="text-xs text-muted">
              made <Moment at={token.addedAt} /> · {isExpired(token) ? "expired" : "expires"}{" "}
              <Moment at={token.expiresAt} />
            </p>
          </div>
          <div className="min-w-40 flex-1 text-xs text-muted">{more(token)}</div>
          <TokenStateBadge token={token} />
          <div className="sm:w-20 sm:text-right">
            {isUsable(token) && (
              <Button size="sm" aria-label={`Revoke ${token.name}`} onClick={() => onRevoke(token)}>
                Revoke
              </Button>
            )}
          </div>
        </li>
      ))}
    </ul>
  );
}
