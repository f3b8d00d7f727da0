import { PluginError } from "@redflag/plugin-sdk";

/** Why a program did not start, as the plugin sees it. */
export function startFailure(file: string, error: Error): PluginError {
  const code = "code" in error ? String(error.code) : error.message;
  return new PluginError("COMMAND_FAILED", `The program ${file} could not be started (${code}).`, {
    cause: error,
  });
}
