import type { GraphqlScript } from "../graphql-script.js";
import type { Refusals } from "./refusals.js";
import { endOf } from "./commands.js";

/** What a script reads of an update before it is approved. */
export interface ToldUpdate {
  readonly advisories: readonly string[];
  readonly keptBackReason: string | null;
  readonly releaseNotes: {
    readonly text: string;
    readonly isTruncated: boolean;
    readonly advisories: readonly string[];
  } | null;
}

const TOLD = /* GraphQL */ `
  query Told($id: ID!) {
    update(id: $id) {
      advisories
      keptBackReason
      releaseNotes {
        text
        isTruncated
        advisories
      }
    }
  }
`;

/** The update with what is told of it. */
export async function toldOf(script: GraphqlScript, id: string): Promise<ToldUpdate> {
  return (await script.run<{ update: ToldUpdate }>(TOLD, { id })).update;
}

const FETCH = /* GraphQL */ `
  mutation Fetch($input: FetchReleaseNotesInput!) {
    fetchReleaseNotes(input: $input) {
      updates {
        id
      }
      commands {
        id
      }
      errors {
        code
        message
      }
    }
  }
`;

/** What came of asking for release notes. */
export interface AskedNotes {
  /** Ids of the updates whose notes were known already. */
  readonly known: readonly string[];
  /** How each look-up ended, in the order of its command. */
  readonly ends: readonly { readonly state: string; readonly failure: { code: string } | null }[];
}

/** Asks for release notes and waits for the agent's answers. */
export async function askNotes(script: GraphqlScript, ids: readonly string[]): Promise<AskedNotes> {
  type Answer = Refusals & { updates: { id: string }[]; commands: { id: string }[] };
  const { fetchReleaseNotes } = await script.run<{ fetchReleaseNotes: Answer }>(FETCH, { input: { ids } });
  const { updates, commands, errors } = fetchReleaseNotes;
  if (errors.length > 0) throw new Error(JSON.stringify(errors));
  const ends = await Promise.all(commands.map(({ id }) => endOf(script, id)));
  return { known: updates.map(({ id }) => id), ends };
}
