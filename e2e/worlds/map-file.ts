import { spawn } from "node:child_process";
import { once } from "node:events";

/** Maps a file as code, as the loader does with a library, and waits to be told to end. */
const SCRIPT = `
import mmap, os, signal, sys
handle = os.open(sys.argv[1], os.O_RDONLY)
kept = mmap.mmap(handle, 0, flags=mmap.MAP_PRIVATE, prot=mmap.PROT_READ | mmap.PROT_EXEC)
os.close(handle)
open("/proc/self/comm", "w").write(sys.argv[2])
print("mapped", flush=True)
sys.stdin.read() if sys.argv[3] == "stdin" else signal.pause()
`;

/**
 * The command line of a program that has loaded `file` as a library and says `mapped`.
 *
 * @param name what the kernel calls the program; at most 15 characters
 * @param until what ends it: the end of its input, or a signal
 */
export function mappingCommand(file: string, name: string, until: "stdin" | "signal"): string[] {
  return ["/usr/bin/python3", "-c", SCRIPT, file, name, until];
}

/** A running program that has loaded code from a file. */
export interface MappingProgram extends AsyncDisposable {
  readonly pid: number;
  end(): Promise<void>;
}

/** Starts a real program that has loaded `file` as a library. See {@link mappingCommand}. */
export async function runMapping(file: string, name: string): Promise<MappingProgram> {
  const [program = "", ...args] = mappingCommand(file, name, "stdin");
  const child = spawn(program, args, { stdio: ["pipe", "pipe", "inherit"] });
  const exited = once(child, "close");
  const [said] = await Promise.race([once(child.stdout, "data"), exited]);
  if (!String(said).startsWith("mapped")) throw new Error(`${file} could not be mapped: ${said}`);
  const end = async (): Promise<void> => {
    child.stdin.end();
    await exited;
  };
  return { pid: child.pid ?? 0, end, [Symbol.asyncDispose]: end };
}
