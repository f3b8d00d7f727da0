import { Ban, CheckCheck, TimerOff } from "lucide-react";

import { Badge } from "../../ui/badge.js";
import { clockNow } from "../../ui/clock.js";

interface TokenDates {
  readonly expiresAt: string;
  readonly revokedAt: string | null;
}

/** Whether a token is still accepted. */
export const isUsable = ({ expiresAt, revokedAt }: TokenDates): boolean =>
  revokedAt === null && Date.parse(expiresAt) > clockNow();

/** Whether a token is accepted, and if not, why. */
export function TokenStateBadge({ token }: { readonly token: TokenDates }) {
  if (token.revokedAt) return <Badge icon={Ban}>Revoked</Badge>;
  if (isUsable(token)) {
    return (
      <Badge tone="good" icon={CheckCheck}>
        Valid
      </Badge>
    );
  }
  return (
    <Badge tone="warn" icon={TimerOff}>
      Expired
    </Badge>
  );
}
