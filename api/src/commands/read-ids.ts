import { idPrefixes, requireId, type IdPrefix } from "../schema/global-id.js";
import { LimitError, NotFoundError, type DomainError, type ErrorPath } from "../schema/user-errors.js";
import { BULK_LIMIT } from "./command-limits.js";

/** One id of a bulk. */
export interface BulkId {
  /** As it was given. */
  readonly id: string;
  /** The plain uuid. */
  readonly uuid: string;
  /** Where in the input it stands, for errors. */
  readonly path: ErrorPath;
}

/**
 * Reads the ids of a bulk. Each id counts once; what is no id of this kind becomes an error. Throws
 * {@link LimitError} for more than 200.
 */
export function readIds(
  prefix: IdPrefix,
  ids: readonly string[],
  field = "ids",
): { ids: BulkId[]; errors: DomainError[] } {
  const path = ["input", field];
  if (ids.length > BULK_LIMIT) {
    const message = `${ids.length} ids were given; one call carries at most ${BULK_LIMIT}. Split it.`;
    throw new LimitError(message, BULK_LIMIT, path);
  }
  const known = new Map<string, BulkId>();
  const errors: DomainError[] = [];
  for (const [index, id] of ids.entries()) {
    const place = [...path, String(index)];
    try {
      const uuid = requireId(prefix, id, place);
      if (!known.has(uuid)) known.set(uuid, { id, uuid, path: place });
    } catch (error) {
      if (!(error instanceof NotFoundError)) throw error;
      errors.push(error);
    }
  }
  return { ids: [...known.values()], errors };
}

/** An id of a bulk that names nothing. */
export function missing(prefix: IdPrefix, id: BulkId): NotFoundError {
  return NotFoundError.of(idPrefixes[prefix], id.id, id.path);
}
