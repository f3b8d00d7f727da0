/** The state folder cannot be used; the message says why and what to do. */
export class StateError extends Error {
  override readonly name: string = "StateError";
}

/** The same, and starting again changes nothing until somebody has mended it. */
export class BrokenStateError extends StateError {
  override readonly name = "BrokenStateError";
}
