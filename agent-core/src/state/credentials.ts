import * as v from "valibot";
import { readFileIfThere, writeFileAtomically } from "./atomic-file.js";
import { BrokenStateError } from "./state-error.js";
import type { StateFolder } from "./state-folder.js";

const SCHEMA = v.object({
  /** Where the machine was enrolled; the agent goes there unless its configuration says otherwise. */
  serverUrl: v.string(),
  agentId: v.string(),
  accessToken: v.string(),
  accessTokenExpiresAt: v.pipe(v.string(), v.isoTimestamp()),
  refreshToken: v.string(),
  refreshTokenExpiresAt: v.pipe(v.string(), v.isoTimestamp()),
  /** When the server refused to renew these tokens, for good. Absent: it did not. */
  refusedAt: v.exactOptional(v.pipe(v.string(), v.isoTimestamp())),
});

/** Who this agent is to one server. Secret. */
export type Credentials = v.InferOutput<typeof SCHEMA>;

/** What an enrolment is worth: EXPIRED and REFUSED need another. */
export type EnrolmentState = "NONE" | "VALID" | "EXPIRED" | "REFUSED";

/** Judges an enrolment without asking the server. @param now milliseconds since the epoch */
export function enrolmentState(credentials: Credentials | undefined, now: number): EnrolmentState {
  if (!credentials) return "NONE";
  if (credentials.refusedAt !== undefined) return "REFUSED";
  return Date.parse(credentials.refreshTokenExpiresAt) < now ? "EXPIRED" : "VALID";
}

/** The command that enrols this machine again. */
export function enrolAgainCommand(serverUrl: string): string {
  return `redflag-agent register --server ${serverUrl} --token <registration token>`;
}

/** Keeps the credentials in one file that only this user can read. */
export class CredentialStore {
  constructor(readonly file: string) {}

  /** The credentials; undefined when the machine is not enrolled. @throws BrokenStateError when the file is damaged. */
  async read(): Promise<Credentials | undefined> {
    const text = await readFileIfThere(this.file);
    if (text === undefined) return undefined;
    try {
      return v.parse(SCHEMA, JSON.parse(text));
    } catch {
      throw new BrokenStateError(
        `The credentials in ${this.file} are damaged. Remove the file and enrol again with redflag-agent register.`,
      );
    }
  }

  async write(credentials: Credentials): Promise<void> {
    await writeFileAtomically(this.file, `${JSON.stringify(credentials, null, 2)}\n`, 0o600);
  }
}

/** The server that this machine was enrolled with; undefined when it is not enrolled. @throws BrokenStateError */
export async function registeredServer(folder: StateFolder): Promise<string | undefined> {
  return (await new CredentialStore(folder.credentials).read())?.serverUrl;
}
