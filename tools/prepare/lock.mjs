import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const POLL_MS = 200;

/**
 * Runs one preparation at a time. A second one waits, and takes over when the first is gone without a trace.
 *
 * @template T
 * @param {string} folder that holds the lock file; made when missing
 * @param {(line: string) => void} say
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(folder, say, work) {
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, "prepare.lock");
  let said = false;
  while (!tryTake(file)) {
    if (!said) say("RedFlag: another start is preparing this checkout; waiting for it.");
    said = true;
    await sleep(POLL_MS);
  }
  const release = () => rmSync(file, { force: true });
  process.once("exit", release);
  try {
    return await work();
  } finally {
    process.off("exit", release);
    release();
  }
}

/** @param {string} file @returns {boolean} */
function tryTake(file) {
  try {
    writeFileSync(file, identityOf(process.pid), { flag: "wx" });
    return true;
  } catch (error) {
    if (!isCode(error, "EEXIST")) throw error;
  }
  const holder = readHolder(file);
  // An empty file was made this very moment by a process that is about to write its name.
  if (holder === undefined || holder === "" || isAlive(holder)) return false;
  // Two waiters may see the same dead holder: the rename lets only one of them remove it.
  const grave = `${file}.${process.pid}`;
  try {
    renameSync(file, grave);
  } catch (error) {
    if (isCode(error, "ENOENT")) return false;
    throw error;
  }
  if (readHolder(grave) === holder) rmSync(grave, { force: true });
  else renameSync(grave, file);
  return false;
}

/** @param {string} file */
function readHolder(file) {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (isCode(error, "ENOENT")) return undefined;
    throw error;
  }
}

/** A process id and, on Linux, the time it started: ids are used again.
 * @param {number} pid */
function identityOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return `${pid} ${stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19]}`;
  } catch {
    return String(pid);
  }
}

/** @param {string} holder */
function isAlive(holder) {
  const pid = Number(holder.split(" ")[0]);
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (isCode(error, "ESRCH")) return false;
  }
  return identityOf(pid) === holder;
}

/** @param {unknown} error @param {string} code */
const isCode = (error, code) => error instanceof Error && "code" in error && error.code === code;
