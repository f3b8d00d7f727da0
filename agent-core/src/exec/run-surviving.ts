import { spawn } from "node:child_process";
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
 */
export async function* runSurviving(
  request: ProcessRequest,
  folder: string,
): AsyncGenerator<Chunk, ProcessEnd, undefined> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const streams: readonly StreamName[] = request.hasStatusFd
    ? ["stdout", "stderr", "status"]
    : ["stdout", "stderr"];
  const files = streams.map((stream) => path.join(folder, `${stream}.log`));
  const descriptors = files.map((file) => openSync(file, "ax", 0o600));
  const child = spawn(request.file, request.argv, {
    cwd: "/",
    env: { ...request.env },
    detached: true,
    stdio: ["ignore", ...descriptors],
  });
  const failed = new Promise<Error>((resolve) => child.once("error", resolve));
  for (const descriptor of descriptors) closeSync(descriptor);
  if (child.pid === undefined) throw startFailure(request.file, await failed);
  let exit: { code: number | null; signal: string | null } | undefined;
  const ended = new Promise<void>((resolve) => {
    child.once("exit", (code, signal) => {
      exit = { code, signal };
      resolve();
    });
  });
  request.onStarted?.(identifyProcess(child.pid));

  const followed = await Promise.all(files.map((file) => open(file, "r")));
  const budget = { left: request.limits.maxOutputBytes, truncated: false };
  try {
    for (;;) {
      const hadEnded = exit;
      for (const [index, handle] of followed.entries()) {
        const stream = streams[index] ?? "stdout";
        for (let bytes = await readMore(handle, budget); bytes; bytes = await readMore(handle, budget)) {
          yield { stream, bytes };
        }
      }
      if (hadEnded) return { exitCode: hadEnded.code, signal: hadEnded.signal, truncated: budget.truncated };
      await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, POLL_MS))]);
    }
  } finally {
    child.unref();
    await Promise.all(followed.map((handle) => handle.close()));
  }
}

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
