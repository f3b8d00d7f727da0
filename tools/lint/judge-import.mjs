import path from "node:path";

import { PROCESS_ROOMS, ROOMS, TEST_FOLDERS, TEST_PACKAGES, TEST_SUPPORT } from "./rooms.mjs";

const PROCESS_MODULE = /^(node:)?child_process$/;

/** @param {string} file @param {string} folder */
const isInside = (file, folder) => file === folder || file.startsWith(`${folder}/`);

/** @param {string} file @returns {import("./rooms.mjs").Room | undefined} */
const roomOf = (file) => ROOMS.find((room) => isInside(file, room.path));

/** The folder that a relative import may not leave: the room, or for plugins the one plugin.
 * @param {string} file @param {import("./rooms.mjs").Room} room */
const homeOf = (file, room) => (room.path === "plugins" ? file.split("/").slice(0, 2).join("/") : room.path);

/**
 * Judges one import.
 *
 * @param {string} file path of the importing file from the root of the repository, with forward slashes
 * @param {string} specifier what stands between the quotes
 * @returns {string | undefined} what is wrong and what to do, or nothing
 */
export function judgeImport(file, specifier) {
  const isTest = TEST_SUPPORT.test(file);
  if (PROCESS_MODULE.test(specifier)) {
    if (isTest || PROCESS_ROOMS.some((folder) => file.startsWith(folder))) return undefined;
    return `Processes are started only in ${PROCESS_ROOMS.join(", ")}: use the injected runner instead of ${specifier}.`;
  }
  const room = roomOf(file);
  if (!room) return undefined;
  if (specifier.startsWith("./") || specifier.startsWith("../") || specifier === "." || specifier === "..") {
    return judgeRelative(file, specifier, room, isTest);
  }
  return judgePackage(file, specifier, room, isTest);
}

/** @param {string} file @param {string} specifier @param {import("./rooms.mjs").Room} room @param {boolean} isTest */
function judgeRelative(file, specifier, room, isTest) {
  const target = path.posix.join(path.posix.dirname(file), specifier);
  const allowed = [homeOf(file, room), ...room.mayEnter, ...(isTest ? TEST_FOLDERS : [])];
  if (allowed.some((folder) => isInside(target, folder))) return undefined;
  if (/^(schema\.graphql|package\.json)(\?.*)?$/.test(target)) return undefined;
  return `${room.path} may not reach ${target}: ${room.because}.`;
}

/** @param {string} file @param {string} specifier @param {import("./rooms.mjs").Room} room @param {boolean} isTest */
function judgePackage(file, specifier, room, isTest) {
  if (isTest && TEST_PACKAGES.some((allowed) => allowed.test(specifier))) return undefined;
  if (room.packages !== "any") {
    if (room.packages.some((allowed) => allowed.test(specifier))) return undefined;
    return `${room.path} may not import "${specifier}": ${room.because}.`;
  }
  if (!room.neverPackages?.some((refused) => refused.test(specifier))) return undefined;
  return `${room.path} may not import "${specifier}": ${room.because}.`;
}
