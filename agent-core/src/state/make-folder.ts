import { mkdir } from "node:fs/promises";
import path from "node:path";

/**
 * Makes a folder for this user alone, and the folders above it. Node's own recursive mkdir never ends where the system
 * says that an existing folder does not exist, as it does below /proc.
 *
 * @throws as Node's mkdir does; not when something of that name is there already.
 */
export async function makeFolder(folder: string): Promise<void> {
  try {
    return await makeOne(folder);
  } catch (error) {
    const above = path.dirname(folder);
    if (Object(error).code !== "ENOENT" || above === folder) throw error;
    await makeFolder(above);
  }
  await makeOne(folder);
}

async function makeOne(folder: string): Promise<void> {
  try {
    await mkdir(folder, { mode: 0o700 });
  } catch (error) {
    if (Object(error).code !== "EEXIST") throw error;
  }
}
