import { LoaderCircle, ScrollText } from "lucide-react";
import { useState } from "react";
import { useClient } from "urql";

import { failureText } from "../../data/failures.js";
import { type FragmentOf, graphql } from "../../data/graphql.js";
import { randomKey } from "../../data/random-key.js";
import { useLive } from "../../data/use-live.js";
import { useBlocked } from "../../data/viewer.js";
import { Button } from "../../ui/button.js";
import { Moment } from "../../ui/moment.js";
import { Notice } from "../../ui/notice.js";

/** An update with its release notes, or how far they have come. */
export const NotedUpdateFragment = graphql(`
  fragment NotedUpdate on Update {
    id
    releaseNotes {
      text
      isTruncated
      advisories
      fetchedAt
    }
    releaseNotesCommand {
      id
      state
      waitingReason
      failure {
        code
        message
      }
    }
  }
`);

const FetchReleaseNotes = graphql(
  `
    mutation FetchReleaseNotes($input: FetchReleaseNotesInput!) {
      fetchReleaseNotes(input: $input) {
        updates {
          ...NotedUpdate
        }
        commands {
          id
          state
          waitingReason
        }
        errors {
          message
          path
        }
      }
    }
  `,
  [NotedUpdateFragment],
);

const NotesProgressed = graphql(`
  subscription NotesProgressed($id: ID!, $after: String) {
    commandProgressed(id: $id, after: $after) {
      sequence
      command {
        id
        state
        waitingReason
      }
    }
  }
`);

const ACTIVE: readonly string[] = ["QUEUED", "CLAIMED", "RUNNING"];

interface ReleaseNotesProps {
  readonly update: FragmentOf<typeof NotedUpdateFragment>;
  /** Called when there is news of the notes, so that the update is read again. */
  readonly onFetched: () => void;
}

/** What an update brings, in its makers' words: fetched when somebody wants to read it, and kept from then on. */
export function ReleaseNotes({ update, onFetched }: ReleaseNotesProps) {
  const { releaseNotes, releaseNotesCommand: command } = update;
  const isUnderWay = command !== null && ACTIVE.includes(command.state) && releaseNotes === null;
  useLive({
    subscription: NotesProgressed,
    variables: { id: command?.id ?? "" },
    pause: !isUnderWay,
    onEvent: ({ commandProgressed }) => {
      if (!ACTIVE.includes(commandProgressed.command.state)) onFetched();
    },
  });
  return (
    <section className="space-y-2" aria-label="Release notes">
      <h3 className="text-xs text-muted">Release notes</h3>
      {releaseNotes && <Notes notes={releaseNotes} />}
      {isUnderWay && (
        <p role="status" className="flex items-center gap-2 text-sm">
          <LoaderCircle aria-hidden className="size-4 shrink-0 animate-spin text-accent" />
          {command.waitingReason ?? "The agent is fetching them."}
        </p>
      )}
      {!releaseNotes && !isUnderWay && <Ask updateId={update.id} command={command} onAsked={onFetched} />}
    </section>
  );
}

type Noted = FragmentOf<typeof NotedUpdateFragment>;

function Notes({ notes }: { readonly notes: NonNullable<Noted["releaseNotes"]> }) {
  if (notes.text.trim() === "") {
    return <p className="text-sm">They say nothing between the installed version and this one.</p>;
  }
  return (
    <>
      <pre
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- What scrolls must be reachable by keyboard.
        tabIndex={0}
        aria-label="Text of the release notes"
        className="max-h-96 overflow-auto rounded-md border border-line bg-page p-3 font-mono text-xs break-words whitespace-pre-wrap"
      >
        {notes.text}
      </pre>
      <p className="text-xs text-muted">
        {notes.isTruncated && "Cut at its end: the text is longer. "}
        Fetched by the agent <Moment at={notes.fetchedAt} />. The words are those of the package's makers.
      </p>
    </>
  );
}

interface AskProps {
  readonly updateId: string;
  readonly command: Noted["releaseNotesCommand"];
  readonly onAsked: () => void;
}

function Ask({ updateId, command, onAsked }: AskProps) {
  const client = useClient();
  const blocked = useBlocked("UPDATES_PLAN");
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<string | null>(null);
  const ask = async () => {
    setBusy(true);
    const input = { ids: [updateId], idempotencyKey: randomKey() };
    const { data, error } = await client.mutation(FetchReleaseNotes, { input }).toPromise();
    setBusy(false);
    setRefusal(error ? failureText(error) : (data?.fetchReleaseNotes.errors[0]?.message ?? null));
    if (data) onAsked();
  };
  return (
    <>
      {command && <Ended command={command} />}
      {refusal && (
        <Notice tone="bad" isUrgent>
          {refusal}
        </Notice>
      )}
      <Button size="sm" icon={ScrollText} blocked={blocked} busy={busy} onClick={() => void ask()}>
        {command ? "Ask again" : "Fetch release notes"}
      </Button>
    </>
  );
}

/** Why a look-up brought nothing. */
function Ended({ command }: { readonly command: NonNullable<Noted["releaseNotesCommand"]> }) {
  const { state, failure } = command;
  if (failure?.code === "UNSUPPORTED") {
    return (
      <Notice tone="neutral" title="There are no release notes">
        {failure.message}
      </Notice>
    );
  }
  const title =
    state === "CANCELLED"
      ? "The look-up was cancelled"
      : `They could not be fetched: ${failure?.code ?? state}`;
  return (
    <Notice tone={state === "CANCELLED" ? "neutral" : "bad"} title={title}>
      {failure?.message}
    </Notice>
  );
}
