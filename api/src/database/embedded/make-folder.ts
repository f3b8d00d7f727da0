import { mkdir, stat } from "node:fs/promises";
import path from "node:path";

/**
 * Makes a folder and those above it. Node's own recursive mkdir never ends below /proc, where the system says that an
 * existing folder does not exist. Throws as mkdir does.
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
    await mkdir(folder);
  } catch (error) {
    if (Object(error).code !== "EEXIST" || !(await stat(folder)).isDirectory()) throw error;
  }
}
