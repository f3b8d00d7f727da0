import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";

import { isUsable, TokenStateBadge, type TokenFacts } from "./token-state.js";

const LATER = "2999-01-01T00:00:00.000Z";
const EARLIER = "2001-01-01T00:00:00.000Z";

test.each([
  ["Valid", { expiresAt: LATER, revokedAt: null }],
  ["Valid", { expiresAt: LATER, revokedAt: null, seats: 2, usedSeats: 1 }],
  ["Used up", { expiresAt: LATER, revokedAt: null, seats: 1, usedSeats: 1 }],
  ["Used up", { expiresAt: EARLIER, revokedAt: null, seats: 2, usedSeats: 2 }],
  ["Expired", { expiresAt: EARLIER, revokedAt: null, seats: 2, usedSeats: 0 }],
  ["Revoked", { expiresAt: LATER, revokedAt: EARLIER, seats: 1, usedSeats: 1 }],
] satisfies [string, TokenFacts][])(
  "a token is shown as %s, and only a valid one can be used",
  (word, token) => {
    expect(renderToStaticMarkup(<TokenStateBadge token={token} />)).toContain(word);
    expect(isUsable(token)).toBe(word === "Valid");
  },
);
