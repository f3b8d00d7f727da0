import { copyFileSync, fstatSync, ftruncateSync, mkdirSync, openSync } from "node:fs";
import path from "node:path";

/** A log may grow to this size, in bytes, before it starts again; one older copy is kept. */
const LARGEST_LOG = 10 * 1024 * 1024;
const CHECK_EVERY_MS = 60_000;

/**
 * Opens `<dataDir>/logs/<name>.log` for appending and keeps it small.
 *
 * @param {string} dataDir
 * @param {string} name
 * @param {number} [largest] bytes
 * @returns {{ fd: number, file: string, rotate: () => void }} `rotate` runs by itself every minute
 */
export function openLog(dataDir, name, largest = LARGEST_LOG) {
  const folder = path.join(dataDir, "logs");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = path.join(folder, `${name}.log`);
  const fd = openSync(file, "a", 0o600);
  const rotate = () => {
    if (fstatSync(fd).size <= largest) return;
    // The child holds the same descriptor: the file is copied and emptied, not renamed.
    copyFileSync(file, `${file}.1`);
    ftruncateSync(fd);
  };
  rotate();
  setInterval(rotate, CHECK_EVERY_MS).unref();
  return { fd, file, rotate };
}
