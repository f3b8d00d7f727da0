import { Ban, CheckCheck, TicketX, TimerOff } from "lucide-react";

import { Badge } from "../../ui/badge.js";
import { clockNow } from "../../ui/clock.js";

/** What decides whether a token is accepted. */
export interface TokenFacts {
  readonly expiresAt: string;
  readonly revokedAt: string | null;
  /** How often it can be used in all; left out where that has no limit. */
  readonly seats?: number;
  readonly usedSeats?: number;
}

/** Whether a token's time is over. */
export const isExpired = ({ expiresAt }: TokenFacts): boolean => Date.parse(expiresAt) <= clockNow();

const isUsedUp = ({ seats, usedSeats = 0 }: TokenFacts): boolean => seats !== undefined && usedSeats >= seats;

/** Whether a token is still accepted. */
export const isUsable = (token: TokenFacts): boolean =>
  token.revokedAt === null && !isExpired(token) && !isUsedUp(token);

/** Whether a token is accepted, and if not, why. */
export function TokenStateBadge({ token }: { readonly token: TokenFacts }) {
  if (token.revokedAt) return <Badge icon={Ban}>Revoked</Badge>;
  if (isUsedUp(token)) return <Badge icon={TicketX}>Used up</Badge>;
  if (isExpired(token)) {
    return (
      <Badge tone="warn" icon={TimerOff}>
        Expired
      </Badge>
    );
  }
  return (
    <Badge tone="good" icon={CheckCheck}>
      Valid
    </Badge>
  );
}
