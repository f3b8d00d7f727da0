/** One pair of tokens of an agent. Renewing makes a child of the pair whose refresh token was presented. */
export interface Credential {
  readonly id: string;
  readonly parentId: string | null;
  /** When one of its tokens was first used: from then on the agent is known to have it. */
  readonly usedAt: Date | null;
  /** When it was renewed. */
  readonly replacedAt: Date | null;
  readonly revokedAt: Date | null;
  readonly refreshExpiresAt: Date;
}

/** What a presented refresh token leads to. */
export type RenewalVerdict =
  /** New tokens. `dropped` are ids of pairs that nobody needs any more. */
  | { readonly kind: "renew"; readonly dropped: readonly string[] }
  /** Expired or revoked. */
  | { readonly kind: "refused" }
  /** Its successor is in use, so two hold what one should: the whole family ends. */
  | { readonly kind: "reused" };

/** Answers that may get lost one after another. */
const MOST_UNUSED_CHILDREN = 4;
/** How long a replaced pair is kept, so that its reuse is noticed. Milliseconds. */
const KEEP_REPLACED_MS = 7 * 86_400_000;

/**
 * Judges a refresh token. `family` are all pairs of the agent, oldest first, with the presented one in it. A
 * token whose successors nobody has used may be presented again: the answer with the successor was lost.
 */
export function judgeRenewal(
  family: readonly Credential[],
  presented: Credential,
  now: Date,
): RenewalVerdict {
  if (presented.revokedAt !== null || presented.refreshExpiresAt <= now) return { kind: "refused" };
  const children = family.filter(({ parentId }) => parentId === presented.id);
  if (children.some(({ usedAt }) => usedAt !== null)) return { kind: "reused" };
  const lost = children.slice(0, Math.max(children.length - MOST_UNUSED_CHILDREN + 1, 0));
  const kept = now.getTime() - KEEP_REPLACED_MS;
  const old = family.filter(
    ({ id, replacedAt }) => id !== presented.id && replacedAt !== null && replacedAt.getTime() < kept,
  );
  const dropped = new Set([...lost, ...old, ...siblings(family, presented)].map(({ id }) => id));
  return { kind: "renew", dropped: [...dropped] };
}

/** The other answers to the same renewal. As soon as one of them is used, the others are worth nothing. */
export function siblings(family: readonly Credential[], used: Credential): Credential[] {
  if (used.parentId === null) return [];
  return family.filter(
    ({ id, parentId, usedAt }) => parentId === used.parentId && id !== used.id && usedAt === null,
  );
}
