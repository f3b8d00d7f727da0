import { once } from "node:events";
import type { Client, Connection, Submittable } from "pg";

/** What pg's connection can do beside what its types say. */
interface CopyConnection extends Connection {
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
  sendCopyFail(reason: string): void;
}

/** The calls that pg makes on whatever it has submitted. */
interface Handlers {
  handleRowDescription(): void;
  handleDataRow(): void;
  handlePortalSuspended(): void;
  handleEmptyQuery(connection: Connection): void;
  handleCommandComplete(message: { text: string }): void;
  handleReadyForQuery(): void;
  handleError(error: Error, connection: Connection): void;
}

const nothing = (): void => {};

abstract class CopyStatement implements Submittable, Handlers {
  readonly #text: string;
  readonly #done = Promise.withResolvers<void>();
  protected connection: CopyConnection | undefined;
  protected error: Error | undefined;

  constructor(text: string) {
    this.#text = text;
    this.#done.promise.catch(nothing);
  }

  /** Resolves when the server has finished; rejects with what it said. */
  get done(): Promise<void> {
    return this.#done.promise;
  }

  submit(connection: Connection): void {
    this.connection = connection as CopyConnection;
    connection.query(this.#text);
  }

  handleRowDescription = nothing;
  handleDataRow = nothing;
  handlePortalSuspended = nothing;
  handleEmptyQuery = nothing;
  handleCommandComplete = nothing;

  handleReadyForQuery(): void {
    if (this.error) this.#done.reject(this.error);
    else this.#done.resolve();
    this.ended();
  }

  handleError(error: Error): void {
    this.error ??= error;
    this.#done.reject(this.error);
    this.ended();
  }

  protected abstract ended(): void;
}

class CopyOut extends CopyStatement {
  #chunks: Buffer[] = [];
  #over = false;
  #isWanted = true;
  #wake: () => void = nothing;

  handleCopyData({ chunk }: { chunk: Buffer }): void {
    if (!this.#isWanted) return;
    this.#chunks.push(chunk);
    this.connection?.stream.pause();
    this.#wake();
  }

  async *rows(): AsyncGenerator<Buffer, void> {
    try {
      for (;;) {
        const chunks = this.#chunks;
        this.#chunks = [];
        if (chunks.length > 0) yield Buffer.concat(chunks);
        else if (this.#over) break;
        else {
          const more = new Promise<void>((resolve) => (this.#wake = resolve));
          this.connection?.stream.resume();
          await more;
        }
      }
      await this.done;
    } finally {
      // Whoever stops early leaves the rest to pass unread, so that the connection can be used again.
      this.#isWanted = false;
      this.connection?.stream.resume();
    }
  }

  protected ended(): void {
    this.#over = true;
    this.#wake();
  }
}

class CopyIn extends CopyStatement {
  readonly #ready = Promise.withResolvers<CopyConnection | undefined>();

  /** The connection once the server wants rows; nothing when it refused the statement. */
  get ready(): Promise<CopyConnection | undefined> {
    return this.#ready.promise;
  }

  /** The server takes no more rows. */
  get isRefused(): boolean {
    return this.error !== undefined;
  }

  handleCopyInResponse(connection: Connection): void {
    this.#ready.resolve(connection as CopyConnection);
  }

  protected ended(): void {
    this.#ready.resolve(undefined);
  }
}

/**
 * Runs `copy … to stdout` and hands out its bytes, whole rows at a time, no faster than they are taken. The
 * client is busy until the generator has ended. Throws pg's errors.
 */
export async function* copyOut(client: Client, statement: string): AsyncGenerator<Buffer, void> {
  const copy = client.query(new CopyOut(statement));
  yield* copy.rows();
}

/**
 * Runs `copy … from stdin` with these bytes. When `source` throws, the statement is ended as failed, so that its
 * transaction can only be rolled back, and the error is thrown on. Throws pg's errors.
 */
export async function copyIn(
  client: Client,
  statement: string,
  source: AsyncIterable<Buffer>,
): Promise<void> {
  const copy = client.query(new CopyIn(statement));
  const connection = await copy.ready;
  if (!connection) return copy.done;
  try {
    for await (const chunk of source) {
      if (copy.isRefused) break;
      connection.sendCopyFromChunk(chunk);
      if (connection.stream.writableNeedDrain) {
        // A broken connection ends the statement and never drains.
        await Promise.race([once(connection.stream, "drain").catch(nothing), copy.done.catch(nothing)]);
      }
    }
  } catch (error) {
    connection.sendCopyFail("the source of the rows failed");
    await copy.done.catch(nothing);
    throw error;
  }
  if (!copy.isRefused) connection.endCopyFrom();
  await copy.done;
}
