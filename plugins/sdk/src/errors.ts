/** Every reason that a plugin may give for not having done what it was asked. */
export type PluginErrorCode =
  | "LOCKED"
  | "OFFLINE"
  | "PERMISSION_DENIED"
  | "UNTRUSTED_SOURCE"
  | "UNPARSABLE_OUTPUT"
  | "DISK_FULL"
  | "PLAN_STALE"
  | "COMMAND_FAILED"
  | "TIMEOUT"
  | "CANCELLED"
  | "UNSUPPORTED"
  | "INTERNAL";

/** What each code means and whether the same request may work later without anybody changing anything. */
export const PLUGIN_ERROR_CODES = {
  LOCKED: { retryable: true, meaning: "another package manager process holds the lock" },
  OFFLINE: { retryable: true, meaning: "a server could not be reached" },
  PERMISSION_DENIED: { retryable: false, meaning: "the agent has not the rights for this step" },
  UNTRUSTED_SOURCE: { retryable: false, meaning: "a signature or checksum did not verify" },
  UNPARSABLE_OUTPUT: {
    retryable: false,
    meaning: "a tool answered in a shape that the plugin does not know",
  },
  DISK_FULL: { retryable: false, meaning: "a file system has no room left" },
  PLAN_STALE: { retryable: false, meaning: "the machine moved since the plan was made" },
  COMMAND_FAILED: { retryable: false, meaning: "a tool failed for a reason of its own" },
  TIMEOUT: { retryable: true, meaning: "the deadline passed" },
  CANCELLED: { retryable: true, meaning: "the caller aborted the step" },
  UNSUPPORTED: { retryable: false, meaning: "the request is outside what this plugin can do" },
  INTERNAL: { retryable: false, meaning: "a defect of the plugin" },
} as const satisfies Record<PluginErrorCode, { retryable: boolean; meaning: string }>;

/** Facts beside the message; must survive a structured clone and hold no secret. */
export type PluginErrorDetails = Readonly<
  Record<string, string | number | boolean | null | readonly string[]>
>;

/** What a {@link PluginError} may carry beside code and message. */
export interface PluginErrorOptions {
  /** Overrides the code's default of {@link PLUGIN_ERROR_CODES}. */
  readonly retryable?: boolean;
  readonly details?: PluginErrorDetails;
  readonly cause?: unknown;
}

/**
 * The only error that a plugin throws on purpose. The host reports any other error as `INTERNAL`.
 *
 * The message says what was wrong, where, and what to do, in one or two sentences for the machine's owner.
 */
export class PluginError extends Error {
  override readonly name = "PluginError";
  readonly code: PluginErrorCode;
  /** True if the same request may succeed later without any change by a person. */
  readonly retryable: boolean;
  readonly details: PluginErrorDetails;

  constructor(code: PluginErrorCode, message: string, options: PluginErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retryable = options.retryable ?? PLUGIN_ERROR_CODES[code].retryable;
    this.details = options.details ?? {};
  }
}

/**
 * Recognises a {@link PluginError} even when it comes from another copy of the SDK or from another process, where
 * `instanceof` fails.
 */
export function isPluginError(error: unknown): error is PluginError {
  if (error instanceof PluginError) return true;
  if (!(error instanceof Error) || error.name !== "PluginError") return false;
  return "code" in error && typeof error.code === "string" && Object.hasOwn(PLUGIN_ERROR_CODES, error.code);
}
