import { mkdirSync } from "node:fs";
import path from "node:path";

/**
 * Makes a folder and those above it. Node's own recursive mkdir never ends below /proc, where the system says that an
 * existing folder does not exist.
 *
 * @param {string} folder
 * @param {number} mode of those that are made
 */
export function makeFolder(folder, mode) {
  try {
    makeOne(folder, mode);
  } catch (error) {
    const above = path.dirname(folder);
    if (Object(error).code !== "ENOENT" || above === folder) throw error;
    makeFolder(above, mode);
    makeOne(folder, mode);
  }
}

/** @param {string} folder @param {number} mode */
function makeOne(folder, mode) {
  try {
    mkdirSync(folder, { mode });
  } catch (error) {
    if (Object(error).code !== "EEXIST") throw error;
  }
}
