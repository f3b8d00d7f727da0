/** The service cannot be installed, removed or looked at; the message says why and what to do. Nothing was changed. */
export class ServiceError extends Error {
  override readonly name = "ServiceError";
}
