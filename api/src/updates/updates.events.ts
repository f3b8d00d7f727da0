import * as v from "valibot";

/** Which updates of one agent; at least one. */
const updateIds = v.pipe(v.array(v.pipe(v.string(), v.uuid())), v.minLength(1));
const reason = v.nullable(v.string());

/** Somebody approved them; the actor is who. */
export const UpdatesApproved = v.object({ updateIds });
/** Somebody refused them. */
export const UpdatesRejected = v.object({ updateIds, reason });
/** Somebody holds their packages: these candidates and all later ones. */
export const UpdatesHeld = v.object({ updateIds, reason });
/** Somebody ended the holds on their packages. */
export const UpdatesReleased = v.object({ updateIds });
