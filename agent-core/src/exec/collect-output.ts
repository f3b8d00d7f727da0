import type { CommandResult } from "@redflag/plugin-sdk";
import type { Chunk, StreamName } from "./chunk-queue.js";
import type { ProcessEnd } from "./process-request.js";

/** Reads a process to its end. */
export async function collectOutput(
  chunks: AsyncGenerator<Chunk, ProcessEnd, undefined>,
): Promise<CommandResult> {
  const output: Record<StreamName, Uint8Array[]> = { stdout: [], stderr: [], status: [] };
  for (let next = await chunks.next(); ; next = await chunks.next()) {
    if (next.done) return { ...next.value, stdout: decode(output.stdout), stderr: decode(output.stderr) };
    output[next.value.stream].push(next.value.bytes);
  }
}

function decode(chunks: readonly Uint8Array[]): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(Buffer.concat(chunks)).replaceAll("\0", "");
}
