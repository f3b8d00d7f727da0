import { constants } from "node:fs";
import { access, realpath, stat } from "node:fs/promises";
import { PluginError } from "@redflag/plugin-sdk";

/**
 * Finds the real file behind a rule's program. PATH is never searched.
 *
 * @param uid the agent's user. As root, a program that others may write is refused, for it would be their root shell.
 * @throws PluginError `COMMAND_FAILED` when it cannot be executed, `PERMISSION_DENIED` when it cannot be trusted.
 */
export async function resolveProgram(file: string, uid: number): Promise<string> {
  if (!file.startsWith("/"))
    throw new PluginError("INTERNAL", `The program ${file} is not an absolute path.`);
  let real: string;
  try {
    real = await realpath(file);
    await access(real, constants.X_OK);
  } catch (error) {
    const why = "code" in Object(error) ? String(Object(error).code) : String(error);
    throw new PluginError("COMMAND_FAILED", `The program ${file} cannot be executed (${why}).`, {
      cause: error,
    });
  }
  const facts = await stat(real);
  if (!facts.isFile()) throw new PluginError("COMMAND_FAILED", `The program ${file} is not a file.`);
  if (uid !== 0) return real;
  const writableByOthers = (facts.mode & 0o022) !== 0 || facts.uid !== 0;
  if (!writableByOthers) return real;
  throw new PluginError(
    "PERMISSION_DENIED",
    `The program ${real} can be changed by users other than root, so it is not run as root. Make it owned by root and not writable by others.`,
  );
}
