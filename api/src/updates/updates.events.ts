import * as v from "valibot";

/** Which updates of one agent; at least one. */
const updateIds = v.pipe(v.array(v.pipe(v.string(), v.uuid())), v.minLength(1));
/** Package and version of each, in the same order, so that the log can be read when the updates are gone. */
const names = v.optional(v.array(v.string()), []);
const reason = v.nullable(v.string());

/** Somebody approved them; the actor is who. */
export const UpdatesApproved = v.object({ updateIds, names });
/** Somebody refused them. */
export const UpdatesRejected = v.object({ updateIds, names, reason });
/** Somebody holds their packages: these candidates and all later ones. */
export const UpdatesHeld = v.object({ updateIds, names, reason });
/** Somebody ended the holds on their packages. */
export const UpdatesReleased = v.object({ updateIds, names });
