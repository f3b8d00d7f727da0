import { graphql, type ResultOf } from "../../data/graphql.js";
import { loadState } from "../../data/load-state.js";
import { useKeptQuery } from "../../data/use-kept-query.js";
import { Dialog } from "../../ui/dialog.js";
import { ErrorState } from "../../ui/error-state.js";
import { Fact, Facts } from "../../ui/facts.js";
import { formatBytes } from "../../ui/format.js";
import { Moment } from "../../ui/moment.js";
import { Notice } from "../../ui/notice.js";
import { Skeleton } from "../../ui/skeleton.js";
import { ExternalLink, TextLink } from "../../ui/text-link.js";
import { HoldFragment } from "./hold-fragment.js";
import { HoldNotice } from "./hold-notice.js";
import { NotedUpdateFragment, ReleaseNotes } from "./release-notes.js";
import { RestartNotice, RestartNoticeFragment } from "./restart-notice.js";
import { KindMark, SeverityMark, UpdateStateBadge, VersionChange } from "./update-badges.js";

const UpdateQuery = graphql(
  `
    query UpdateDetails($id: ID!) {
      update(id: $id) {
        ...NotedUpdate
        ...RestartNotice
        keptBackReason
        id
        source
        name
        architecture
        installedVersion
        candidateVersion
        versionScheme
        origin
        kind
        severity
        advisories
        downloadBytes
        restart
        releaseNotesUrl
        details
        state
        closedReason
        ...Hold
        discoveredAt
        changedAt
        decidedBy
        decidedAt
        verifiedAt
        failure {
          code
          message
        }
        agent {
          id
          name
        }
        plan {
          id
        }
        command {
          id
        }
      }
    }
  `,
  [HoldFragment, NotedUpdateFragment, RestartNoticeFragment],
);

type Details = NonNullable<ResultOf<typeof UpdateQuery>["update"]>;

const RESTART = {
  NONE: "nothing",
  SERVICE: "one or more services",
  SESSION: "users' sessions",
  SYSTEM: "the whole machine",
  UNKNOWN: "not known",
} as const satisfies Record<Details["restart"], string>;

const CLOSED = {
  INSTALLED_ELSEWHERE: "Closed: somebody other than RedFlag installed it.",
  SUPERSEDED: "Closed: a newer version took its place.",
  WITHDRAWN: "Closed: it is no longer offered, and it is not installed.",
} as const satisfies Record<NonNullable<Details["closedReason"]>, string>;

/** Everything known about one update, in a panel beside the list. */
export function UpdateDetails({ id, onClose }: { readonly id: string; readonly onClose: () => void }) {
  const [result, reload] = useKeptQuery({
    query: UpdateQuery,
    variables: { id },
    requestPolicy: "cache-and-network",
  });
  const again = () => reload({ requestPolicy: "network-only" });
  const update = result.data?.update;
  const state = loadState(result);
  return (
    <Dialog title={update?.name ?? "Update"} placement="side" onClose={onClose}>
      {state.is === "loading" && <Skeleton />}
      {state.is === "failed" && <ErrorState message={state.message} onRetry={again} />}
      {state.is === "ready" &&
        (update ? <Body update={update} onFetched={again} /> : <p>This update is no longer known.</p>)}
    </Dialog>
  );
}

interface BodyProps {
  readonly update: Details;
  /** Called when the agent has answered with release notes, or has said why not. */
  readonly onFetched: () => void;
}

function Body({ update, onFetched }: BodyProps) {
  return (
    <div className="space-y-4">
      <div className="space-y-2">
        <UpdateStateBadge update={update} />
        <p>
          <VersionChange from={update.installedVersion} to={update.candidateVersion} />
        </p>
      </div>
      {update.failure && (
        <Notice tone="bad" title={`Failed: ${update.failure.code}`}>
          {update.failure.message}
        </Notice>
      )}
      <HoldNotice hold={update} />
      {update.keptBackReason && (
        <Notice tone="info" title="Kept back by the machine's own upgrade">
          {`${update.keptBackReason} A plan can install it all the same and shows what it brings along.`}
        </Notice>
      )}
      <RestartNotice update={update} />
      {update.closedReason && <Notice tone="neutral">{CLOSED[update.closedReason]}</Notice>}
      <div className="-mx-4">
        <Facts>
          <Fact name="Agent">
            <TextLink to={`/agents/${update.agent.id}`}>{update.agent.name}</TextLink>
          </Fact>
          <Fact name="Source">{update.source}</Fact>
          <Fact name="Severity">
            <SeverityMark severity={update.severity} />
          </Fact>
          <Fact name="Kind">
            <KindMark kind={update.kind} />
          </Fact>
          <Fact name="Architecture">{update.architecture}</Fact>
          <Fact name="Origin">{update.origin}</Fact>
          <Fact name="Download">
            {update.downloadBytes === null ? null : formatBytes(update.downloadBytes)}
          </Fact>
          <Fact name="Has to start anew">{RESTART[update.restart]}</Fact>
          <Fact name="Found">
            <Moment at={update.discoveredAt} />
          </Fact>
          <Fact name="State changed">
            <Moment at={update.changedAt} />
          </Fact>
          <Fact name="Decided">
            {update.decidedBy && `${update.decidedBy}, `}
            <Moment at={update.decidedAt} fallback="not yet" />
          </Fact>
          <Fact name="Proved by a scan">
            <Moment at={update.verifiedAt} fallback="not yet" />
          </Fact>
        </Facts>
      </div>
      <Advisories ids={update.advisories} />
      <ReleaseNotes update={update} onFetched={onFetched} />
      {update.releaseNotesUrl && (
        <p className="text-sm">
          On the web: <ExternalLink href={update.releaseNotesUrl}>{update.releaseNotesUrl}</ExternalLink>
        </p>
      )}
      <p className="flex flex-wrap gap-4 text-sm">
        {update.plan && <TextLink to={`/plans?ids=${update.plan.id}`}>Latest plan</TextLink>}
        {update.command && <TextLink to={`/commands/${update.command.id}`}>Latest install</TextLink>}
      </p>
      {update.details !== null && (
        <details className="text-sm">
          <summary className="text-muted">More from the source</summary>
          <pre className="mt-2 overflow-x-auto rounded-md border border-line bg-page p-3 font-mono text-xs whitespace-pre-wrap">
            {JSON.stringify(update.details, null, 2)}
          </pre>
        </details>
      )}
    </div>
  );
}

function Advisories({ ids }: { readonly ids: readonly string[] }) {
  if (ids.length === 0) return null;
  return (
    <div>
      <h3 className="text-xs text-muted">Advisories</h3>
      <ul className="mt-1 flex flex-wrap gap-1.5">
        {ids.map((id) => (
          <li key={id} className="rounded bg-hover px-1.5 py-0.5 font-mono text-xs">
            {id}
          </li>
        ))}
      </ul>
    </div>
  );
}
