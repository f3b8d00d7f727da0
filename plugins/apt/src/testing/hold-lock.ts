import { spawn } from "node:child_process";
import { once } from "node:events";

const SCRIPT = `
import fcntl, sys
handle = open(sys.argv[1], "w")
fcntl.lockf(handle, fcntl.LOCK_EX)
print("held", flush=True)
sys.stdin.read()
`;

/** Holds a lock file as another package manager would, by fcntl in another process. */
export async function holdLock(file: string): Promise<{ release(): Promise<void> }> {
  const child = spawn("/usr/bin/python3", ["-c", SCRIPT, file], { stdio: ["pipe", "pipe", "inherit"] });
  await once(child.stdout, "data");
  return {
    async release() {
      const ended = once(child, "close");
      child.stdin.end();
      await ended;
    },
  };
}
