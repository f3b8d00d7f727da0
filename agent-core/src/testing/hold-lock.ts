import { tryLock } from "../state/file-lock.js";

/** Run by a test as a process of its own: takes a lock and keeps it until it is killed. */
const lock = tryLock(process.argv[2] ?? "");
process.stdout.write(lock ? "held\n" : "refused\n");
if (lock) setInterval(() => lock, 60_000);
