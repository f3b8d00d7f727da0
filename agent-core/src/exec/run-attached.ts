import { spawn, type ChildProcess } from "node:child_process";
import type { Readable } from "node:stream";
import { type Chunk, ChunkQueue, type StreamName } from "./chunk-queue.js";
import { endGroup, signalGroup } from "./end-group.js";
import { identifyProcess } from "./process-identity.js";
import type { ProcessEnd, ProcessRequest } from "./process-request.js";
import { startFailure } from "./start-failure.js";

/** Runs a child in a process group of its own, reading its pipes with back-pressure. */
export async function* runAttached(request: ProcessRequest): AsyncGenerator<Chunk, ProcessEnd, undefined> {
  const queue = new ChunkQueue();
  const { limits } = request;
  const child = spawn(request.file, request.argv, {
    cwd: "/",
    env: { ...request.env },
    detached: true,
    stdio: request.hasStatusFd ? ["ignore", "pipe", "pipe", "pipe"] : ["ignore", "pipe", "pipe"],
  });
  const failed = new Promise<Error>((resolve) => child.once("error", resolve));
  const { pid } = child;
  if (pid === undefined) throw startFailure(request.file, await failed);
  request.onStarted?.(identifyProcess(pid));

  let exit: { code: number | null; signal: string | null } | undefined;
  let bytes = 0;
  let truncated = false;
  let stopWaiting: (() => void) | undefined;
  const stop = (): void => {
    if (exit) return;
    stopWaiting ??= endGroup(pid, limits.killGraceMs, () => {
      exit ??= { code: null, signal: "SIGKILL" };
      queue.notify();
    });
  };
  child.once("exit", (code, signal) => {
    exit = { code, signal };
    queue.notify();
  });
  request.signal.addEventListener("abort", stop, { once: true });
  if (request.signal.aborted) stop();

  const pipes = openPipes(child);
  let openCount = pipes.length;
  for (const [stream, pipe] of pipes) {
    queue.attach(pipe);
    pipe.on("data", (data: Buffer) => {
      const room = limits.maxOutputBytes - bytes;
      bytes += data.length;
      if (data.length > room) {
        truncated = true;
        stop();
      }
      if (room > 0) queue.push({ stream, bytes: data.subarray(0, room) });
    });
    pipe.once("error", () => pipe.destroy());
    pipe.once("close", () => {
      openCount -= 1;
      queue.notify();
    });
  }

  try {
    for (;;) {
      const chunk = queue.shift();
      if (chunk) {
        yield chunk;
        continue;
      }
      if (exit && openCount === 0) break;
      if (!exit) {
        await queue.wait();
        continue;
      }
      const before = openCount + bytes;
      await queue.wait(limits.drainMs);
      // Nothing came for a while after the end: a grandchild holds the pipe.
      if (openCount + bytes === before) break;
    }
    return { exitCode: exit.code, signal: exit.signal, truncated };
  } finally {
    request.signal.removeEventListener("abort", stop);
    stopWaiting?.();
    for (const [, pipe] of pipes) pipe.destroy();
    if (!exit) signalGroup(pid, "SIGKILL");
    else if (openCount > 0 || stopWaiting) signalGroup(pid, "SIGKILL");
    child.unref();
  }
}

function openPipes(child: ChildProcess): [StreamName, Readable][] {
  const names: readonly (StreamName | undefined)[] = [undefined, "stdout", "stderr", "status"];
  return child.stdio.flatMap((stream, index): [StreamName, Readable][] => {
    const name = names[index];
    return stream && name ? [[name, stream as Readable]] : [];
  });
}
