import { isPluginError } from "@redflag/plugin-sdk";
import type { FailureInput } from "../protocol/operations.js";
import { visibleText } from "../text/visible-text.js";

const MAX_MESSAGE = 4_000;

/** An error as the server and people are told of it. */
export function wireFailure(error: unknown): FailureInput {
  const code = isPluginError(error) ? error.code : "INTERNAL";
  const message = error instanceof Error ? error.message : String(error);
  return failureOf(code, message);
}

/** A failure with a message of our own. */
export function failureOf(code: string, message: string): FailureInput {
  return { code, message: visibleText(message, MAX_MESSAGE) || code };
}
