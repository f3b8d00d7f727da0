import type { WebSocket } from "ws";
import type { Authenticator, Credential } from "../access/authenticator.js";
import type { Caller } from "../access/caller.js";
import { concerns, type Revocations } from "../access/revocations.js";
import type { Log } from "../database/log.js";
import { authenticate } from "./authenticate.js";

/** graphql-ws's word for "your credentials are no longer good". */
export const FORBIDDEN = 4403;

/** Other processes' revocations are noticed within this time. Milliseconds. */
const RECHECK_MS = 4_000;
const LONGEST_TIMER_MS = 2 ** 31 - 1;

interface Watched {
  readonly credential: Credential;
  caller: Exclude<Caller, { kind: "anonymous" }>;
  expiry: NodeJS.Timeout;
}

/** What the watch works with. */
export interface SocketWatchParts {
  readonly authenticators: readonly Authenticator[];
  readonly revocations: Revocations;
  readonly clock: () => number;
  readonly log: Log;
}

/**
 * Closes sockets whose caller may no longer be there: at once when this process revokes, at the very moment a
 * credential runs out, and within 4 s when another process or the database took it away or made it smaller.
 */
export class SocketWatch {
  readonly #parts: SocketWatchParts;
  readonly #watched = new Map<WebSocket, Watched>();
  readonly #timer: NodeJS.Timeout;
  readonly #stopHearing: () => void;
  #isRechecking = false;

  constructor(parts: SocketWatchParts) {
    this.#parts = parts;
    this.#timer = setInterval(() => void this.#recheck(), RECHECK_MS).unref();
    this.#stopHearing = parts.revocations.onRevoked((revocation) => {
      for (const [socket, { caller }] of this.#watched) {
        if (concerns(revocation, caller)) this.#end(socket);
      }
    });
  }

  /** Watches an authenticated socket until it closes. */
  add(socket: WebSocket, credential: Credential, caller: Watched["caller"]): void {
    this.#watched.set(socket, { credential, caller, expiry: this.#timerFor(socket, caller.expiresAt) });
    socket.once("close", () => this.#forget(socket));
  }

  /** Ends the watch; sockets stay open. */
  stop(): void {
    clearInterval(this.#timer);
    this.#stopHearing();
    for (const socket of this.#watched.keys()) this.#forget(socket);
  }

  #timerFor(socket: WebSocket, expiresAt: Date): NodeJS.Timeout {
    const leftMs = expiresAt.getTime() - this.#parts.clock();
    const run = (): void => void this.#recheckOne([socket]);
    return setTimeout(run, Math.min(Math.max(leftMs, 0), LONGEST_TIMER_MS)).unref();
  }

  /** One look-up for each credential, however many sockets were opened with it, and one round at a time. */
  async #recheck(): Promise<void> {
    if (this.#isRechecking) return;
    this.#isRechecking = true;
    await this.#recheckAll().finally(() => {
      this.#isRechecking = false;
    });
  }

  async #recheckAll(): Promise<void> {
    const bySecret = new Map<string, WebSocket[]>();
    for (const [socket, { credential }] of this.#watched) {
      const group = bySecret.get(credential.secret);
      if (group) group.push(socket);
      else bySecret.set(credential.secret, [socket]);
    }
    for (const sockets of bySecret.values()) {
      // The database is away for all of them: one line in the log, and the next round decides.
      if (!(await this.#recheckOne(sockets))) return;
    }
  }

  /** False when nobody could be asked: nobody new comes in meanwhile, and the sockets stay until the next look. */
  async #recheckOne(sockets: readonly WebSocket[]): Promise<boolean> {
    const watched = sockets[0] && this.#watched.get(sockets[0]);
    if (!watched) return true;
    let caller: Caller;
    try {
      caller = await authenticate(this.#parts.authenticators, watched.credential, "look");
    } catch (error) {
      this.#parts.log.warn({ err: error }, "Open sockets could not be checked");
      return false;
    }
    for (const socket of sockets) {
      if (caller.kind === "anonymous" || !watched.caller.permissions.isSubsetOf(caller.permissions)) {
        this.#end(socket);
        continue;
      }
      const entry = this.#watched.get(socket);
      if (!entry || entry.caller.expiresAt.getTime() === caller.expiresAt.getTime()) continue;
      clearTimeout(entry.expiry);
      entry.caller = caller;
      entry.expiry = this.#timerFor(socket, caller.expiresAt);
    }
    return true;
  }

  #end(socket: WebSocket): void {
    this.#forget(socket);
    socket.close(FORBIDDEN, "Log in again");
  }

  #forget(socket: WebSocket): void {
    clearTimeout(this.#watched.get(socket)?.expiry);
    this.#watched.delete(socket);
  }
}
