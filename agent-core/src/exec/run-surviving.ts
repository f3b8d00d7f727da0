import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync } from "node:fs";
import { open, type FileHandle } from "node:fs/promises";
import path from "node:path";
import { type Chunk, type StreamName } from "./chunk-queue.js";
import { identifyProcess } from "./process-identity.js";
import type { ProcessEnd, ProcessRequest } from "./process-request.js";
import { startFailure } from "./start-failure.js";

const POLL_MS = 50;
const READ_BYTES = 64 * 1024;

/**
 * Runs a process that nothing of ours interrupts: in a session of its own, writing into files instead of pipes, so that
 * neither the agent's end nor a broken pipe can stop a package manager half-way. The files are followed while it runs.
 *
 * @throws PluginError when it did not start. Any other error, and leaving early, comes after its end only, so that
 *   nobody takes what still runs for something that did not start or is over.
 */
export async function* runSurviving(
  request: ProcessRequest,
  folder: string,
): AsyncGenerator<Chunk, ProcessEnd, undefined> {
  const { child, logs } = await spawnInto(request, folder);
  const ended = Promise.withResolvers<void>();
  let exit: { code: number | null; signal: string | null } | undefined;
  child.once("exit", (code, signal) => {
    exit = { code, signal };
    ended.resolve();
  });
  const budget = { left: request.limits.maxOutputBytes, truncated: false };
  try {
    request.onStarted?.(identifyProcess(child.pid));
    for (;;) {
      const hadEnded = exit;
      for (const { stream, handle } of logs) {
        for (let bytes = await readMore(handle, budget); bytes; bytes = await readMore(handle, budget)) {
          yield { stream, bytes };
        }
      }
      if (hadEnded) return { exitCode: hadEnded.code, signal: hadEnded.signal, truncated: budget.truncated };
      await Promise.race([ended.promise, new Promise((resolve) => setTimeout(resolve, POLL_MS))]);
    }
  } finally {
    await ended.promise;
    await Promise.all(logs.map(({ handle }) => handle.close()));
  }
}

interface Log {
  readonly stream: StreamName;
  readonly handle: FileHandle;
}

/** Everything that may fail for want of a file comes before the process, when nothing has begun. */
async function spawnInto(
  request: ProcessRequest,
  folder: string,
): Promise<{ child: ChildProcess & { readonly pid: number }; logs: readonly Log[] }> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const streams: readonly StreamName[] = request.hasStatusFd
    ? ["stdout", "stderr", "status"]
    : ["stdout", "stderr"];
  const descriptors: number[] = [];
  const logs: Log[] = [];
  try {
    for (const stream of streams) {
      const file = path.join(folder, `${stream}.log`);
      descriptors.push(openSync(file, "ax", 0o600));
      logs.push({ stream, handle: await open(file, "r") });
    }
    const child = spawn(request.file, request.argv, {
      cwd: "/",
      env: { ...request.env },
      detached: true,
      stdio: ["ignore", ...descriptors],
    });
    const failed = new Promise<Error>((resolve) => child.once("error", resolve));
    if (!hasStarted(child)) throw startFailure(request.file, await failed);
    return { child, logs };
  } catch (error) {
    await Promise.all(logs.map(({ handle }) => handle.close()));
    throw error;
  } finally {
    for (const descriptor of descriptors) closeQuietly(descriptor);
  }
}

/** Nothing was written through it here, so there is nothing that a failure could have lost. */
function closeQuietly(descriptor: number): void {
  try {
    closeSync(descriptor);
  } catch {
    // The process has begun: that is told by its own end.
  }
}

const hasStarted = (child: ChildProcess): child is ChildProcess & { readonly pid: number } =>
  child.pid !== undefined;

/** The next piece of a growing file; undefined at its present end or beyond the cap. */
async function readMore(
  handle: FileHandle,
  budget: { left: number; truncated: boolean },
): Promise<Uint8Array | undefined> {
  const { bytesRead, buffer } = await handle.read(new Uint8Array(READ_BYTES), 0, READ_BYTES, null);
  if (bytesRead === 0) return undefined;
  if (bytesRead <= budget.left) {
    budget.left -= bytesRead;
    return buffer.subarray(0, bytesRead);
  }
  budget.truncated = true;
  const kept = buffer.subarray(0, budget.left);
  budget.left = 0;
  return kept.length > 0 ? kept : undefined;
}
