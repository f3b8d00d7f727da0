import type { Clock, Random } from "../clock/clock.js";
import type { Log } from "../log/log.js";
import { AGENT_WOKEN } from "../protocol/operations.js";
import { Backoff } from "./backoff.js";
import type { Session } from "./session.js";

/** How connections that died without a word are found out. */
export interface LivenessTimes {
  /** Milliseconds between pings. */
  readonly pingMs: number;
  /** Milliseconds until a pong must have come. */
  readonly pongMs: number;
  /** Milliseconds until the server must have accepted the connection. */
  readonly connectMs: number;
}

/** What graphql-ws closes with when the token is not, or no longer, accepted. */
const FORBIDDEN = 4403;

const LIVENESS: LivenessTimes = { pingMs: 25_000, pongMs: 10_000, connectMs: 20_000 };

/** Why the agent is woken. */
export type WakeReason = "CONNECTED" | "COMMAND_QUEUED" | "CANCEL_REQUESTED";

/** What waking works with. */
export interface WakeUpParts {
  readonly url: URL;
  readonly session: Session;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Certificate authorities; called only for wss. */
  readonly authorities: () => string[];
  readonly liveness?: LivenessTimes;
  onWake(reason: WakeReason): void;
}

/**
 * Keeps one subscription open, so that a click starts within a second. It is a hint only: without it the agent asks at
 * each check-in.
 */
export async function keepAwake(parts: WakeUpParts, signal: AbortSignal): Promise<void> {
  const backoff = new Backoff(parts.clock, parts.random, 1_000, 60_000);
  while (!signal.aborted) {
    try {
      const accessToken = await parts.session.accessToken(signal);
      const end = await subscribeOnce(parts, accessToken, signal, () => backoff.reset());
      parts.log.debug("wake-up connection ended", { reason: describe(end) });
      if (!signal.aborted && Object(end).code === FORBIDDEN) await parts.session.replace(accessToken, signal);
    } catch (error) {
      if (signal.aborted) return;
      parts.log.debug("no wake-up connection", { reason: describe(error) });
    }
    if (signal.aborted) return;
    await backoff.pause(signal).catch(() => undefined);
  }
}

/** One connection from its opening to its end. @returns why it ended */
async function subscribeOnce(
  parts: WakeUpParts,
  accessToken: string,
  signal: AbortSignal,
  onConnected: () => void,
): Promise<unknown> {
  const [{ createClient }, { WebSocket }] = await Promise.all([import("graphql-ws/client"), import("ws")]);
  const authorization = `Bearer ${accessToken}`;
  const { pingMs, pongMs, connectMs } = parts.liveness ?? LIVENESS;
  const ca = parts.url.protocol === "wss:" ? parts.authorities() : undefined;
  let pongTimer: NodeJS.Timeout | undefined;

  class Socket extends WebSocket {
    constructor(address: string, protocols: string) {
      super(address, protocols, {
        handshakeTimeout: connectMs,
        maxPayload: 64 * 1024,
        perMessageDeflate: false,
        headers: { authorization },
        ...(ca ? { ca } : {}),
      });
    }
  }
  const client = createClient({
    url: parts.url.href,
    webSocketImpl: Socket,
    connectionParams: { authorization },
    connectionAckWaitTimeout: connectMs,
    keepAlive: pingMs,
    retryAttempts: 0,
    lazyCloseTimeout: 0,
    on: {
      connected: () => {
        parts.log.info("wake-up connection open");
        onConnected();
        parts.onWake("CONNECTED");
      },
      ping: (isReceived) => {
        if (isReceived) return;
        clearTimeout(pongTimer);
        pongTimer = setTimeout(() => client.terminate(), pongMs);
      },
      pong: (isReceived) => {
        if (isReceived) clearTimeout(pongTimer);
      },
    },
  });
  let stop = (): void => undefined;
  const onAbort = (): void => stop();
  try {
    return await new Promise<unknown>((resolve) => {
      stop = client.subscribe<{ agentWoken: { reason: WakeReason } }>(
        { query: String(AGENT_WOKEN) },
        {
          next: ({ data, errors }) => {
            if (errors?.[0]) resolve(new Error(errors[0].message));
            if (data) parts.onWake(data.agentWoken.reason);
          },
          error: resolve,
          complete: () => resolve(undefined),
        },
      );
      signal.addEventListener("abort", onAbort, { once: true });
      if (signal.aborted) stop();
    });
  } finally {
    signal.removeEventListener("abort", onAbort);
    clearTimeout(pongTimer);
    await client.dispose();
  }
}

function describe(error: unknown): string {
  if (error instanceof Error) return error.message;
  const { code, reason } = Object(error) as { code?: number; reason?: string };
  return code === undefined ? "closed" : `closed with ${code} ${reason ?? ""}`.trim();
}
