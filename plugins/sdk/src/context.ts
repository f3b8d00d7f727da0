import type { Call, Log } from "./call.js";
import type { Platform } from "./manifest.js";
import type { Processes } from "./processes.js";
import type { CommandRunner } from "./runner.js";

/** What `stat` tells. */
export interface FileFacts {
  readonly kind: "file" | "directory" | "other";
  readonly sizeBytes: number;
  /** Milliseconds since the epoch. */
  readonly modifiedAt: number;
}

/** Read-only access to the places that the manifest's `files` name; anything else is `PERMISSION_DENIED`. */
export interface Files {
  /** The text of a file (UTF-8, bad bytes replaced), or null when there is none. At most 4 MiB. */
  read(path: string): Promise<string | null>;
  exists(path: string): Promise<boolean>;
  /** Facts about a path (symbolic links followed), or null when there is nothing. */
  stat(path: string): Promise<FileFacts | null>;
  /** Names in a folder, sorted; null when it does not exist. */
  list(path: string): Promise<readonly string[] | null>;
  /** Bytes that the agent's user may still write to the file system that holds `path`; null when unknown. */
  freeBytes(path: string): Promise<number | null>;
}

/** Anything that survives JSON. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

/** A small store that belongs to the plugin alone and survives restarts. At most 1 MiB in all. */
export interface State {
  get(key: string): Promise<JsonValue | undefined>;
  set(key: string, value: JsonValue): Promise<void>;
  delete(key: string): Promise<void>;
}

/** One request; only hosts of the manifest's `network` are reached, redirects included. */
export interface HttpRequest {
  readonly url: string;
  /** Default `GET`. */
  readonly method?: "GET" | "HEAD" | "POST" | "PUT" | "DELETE";
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
  /** The answer is refused beyond this size. Default 16 MiB. */
  readonly maxBytes?: number;
}

/** An answer of any status; a status of 400 or above is not an exception. */
export interface HttpResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** Throws {@link PluginError} `OFFLINE`, `TIMEOUT`, `CANCELLED` or `PERMISSION_DENIED`. */
export interface HttpClient {
  request(request: HttpRequest, call: Call): Promise<HttpResponse>;
}

/** Time, injected so that tests own it. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Resolves after `milliseconds`; rejects with `CANCELLED` when the signal aborts. */
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>;
}

/** Facts about the machine that do not change while the agent runs. */
export interface Host {
  readonly platform: Platform;
  /** As Node names it: `x64`, `arm64` … */
  readonly arch: string;
  /** `ID` of os-release (`debian`), or the platform's name. */
  readonly osId: string;
  /** `VERSION_ID` of os-release (`12`), or null. */
  readonly osVersion: string | null;
  /** `ID_LIKE` of os-release. */
  readonly osLike: readonly string[];
  /** The agent may run rules with `privilege: "root"`. */
  readonly privileged: boolean;
  /** A container has no kernel of its own, so a kernel update there never asks for a restart. */
  readonly container: boolean;
  /** The kernel that runs, as `uname -r` and `uname -v` name it; null when unknown. */
  readonly kernel: { readonly release: string; readonly version: string } | null;
}

/** All that a source has. There is no other way to the machine. */
export interface Context<Config = unknown> {
  /** The configuration, already checked by the plugin's schema. */
  readonly config: Config;
  readonly run: CommandRunner;
  readonly files: Files;
  readonly processes: Processes;
  readonly state: State;
  readonly http: HttpClient;
  readonly clock: Clock;
  readonly host: Host;
  readonly log: Log;
}
