import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

/** A TCP proxy that can break connections in the ways that networks do. */
export class FaultProxy {
  /** "blackhole" swallows every byte in both directions without closing anything. "refuse" resets at once. */
  mode: "pass" | "blackhole" | "refuse" = "pass";
  /** Milliseconds that every piece waits. */
  delayMs = 0;
  /** Cuts a connection when this many bytes of answers have passed. */
  cutAfterBytes = Number.POSITIVE_INFINITY;
  connections = 0;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;

  constructor(readonly target: string) {}

  /** Starts on a free port. @returns the address to use instead of the target's */
  async start(): Promise<string> {
    const server = createServer((inside) => this.#accept(inside));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    this.#server = server;
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.cutAll();
    await new Promise((resolve) => this.#server?.close(resolve));
  }

  /** Breaks every connection that is open now. */
  cutAll(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  #accept(inside: Socket): void {
    this.connections += 1;
    inside.on("error", () => undefined);
    if (this.mode === "refuse") {
      inside.resetAndDestroy();
      return;
    }
    const { hostname, port } = new URL(this.target);
    const outside = connect(Number(port), hostname);
    let answered = 0;
    for (const socket of [inside, outside]) {
      this.#sockets.add(socket);
      socket.on("error", () => undefined);
      socket.on("close", () => {
        this.#sockets.delete(socket);
        inside.destroy();
        outside.destroy();
      });
    }
    inside.on("data", (data: Buffer) => this.#pass(outside, data));
    outside.on("data", (data: Buffer) => {
      answered += data.length;
      if (answered > this.cutAfterBytes) inside.destroy();
      else this.#pass(inside, data);
    });
  }

  #pass(to: Socket, data: Buffer): void {
    if (this.mode === "blackhole") return;
    setTimeout(() => to.writable && to.write(data), this.delayMs);
  }
}
