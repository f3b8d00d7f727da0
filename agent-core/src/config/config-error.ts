/** The configuration cannot be used; the message names each wrong place and what to do. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}
