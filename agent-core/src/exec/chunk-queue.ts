/** Where a piece of output comes from. */
export type StreamName = "stdout" | "stderr" | "status";

/** A piece of a process's output. */
export interface Chunk {
  readonly stream: StreamName;
  readonly bytes: Uint8Array;
}

/** Whatever can be told to wait while the reader is behind. */
export interface Pausable {
  pause(): unknown;
  resume(): unknown;
}

const HIGH_WATER_BYTES = 256 * 1024;
const LOW_WATER_BYTES = 64 * 1024;

/** Joins several streams for one reader and holds them back while the reader is behind. */
export class ChunkQueue {
  readonly #chunks: Chunk[] = [];
  readonly #sources: Pausable[] = [];
  #queuedBytes = 0;
  #isPaused = false;
  #wake: (() => void) | undefined;

  /** Adds a stream that pauses when the queue is full. */
  attach(source: Pausable): void {
    this.#sources.push(source);
  }

  push(chunk: Chunk): void {
    this.#chunks.push(chunk);
    this.#queuedBytes += chunk.bytes.length;
    if (!this.#isPaused && this.#queuedBytes > HIGH_WATER_BYTES) {
      this.#isPaused = true;
      for (const source of this.#sources) source.pause();
    }
    this.notify();
  }

  /** The oldest chunk, if there is one. */
  shift(): Chunk | undefined {
    const chunk = this.#chunks.shift();
    if (!chunk) return undefined;
    this.#queuedBytes -= chunk.bytes.length;
    if (this.#isPaused && this.#queuedBytes < LOW_WATER_BYTES) {
      this.#isPaused = false;
      for (const source of this.#sources) source.resume();
    }
    return chunk;
  }

  /** Wakes the reader because something other than a chunk changed. */
  notify(): void {
    this.#wake?.();
  }

  /** Resolves at the next chunk or notification, or after `milliseconds`. */
  async wait(milliseconds?: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    const timer = milliseconds === undefined ? undefined : setTimeout(resolve, milliseconds);
    try {
      await promise;
    } finally {
      clearTimeout(timer);
      this.#wake = undefined;
    }
  }
}
