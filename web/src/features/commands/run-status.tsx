import { formatCount, formatMoment } from "../../ui/format.js";
import { Notice } from "../../ui/notice.js";
import { Panel } from "../../ui/page.js";
import { ProgressBar } from "../../ui/progress-bar.js";
import { ReasonList } from "../../ui/reason-list.js";
import type { Command } from "./command-fragment.js";
import { TextLink } from "../../ui/text-link.js";
import { isActive } from "./command-words.js";
import { runSteps, verifiedAt } from "./run-steps.js";
import { RunStepsView } from "./run-steps-view.js";

const RESTART = {
  NONE: null,
  SERVICE: "One or more services have to start anew before the new versions are in use.",
  SESSION: "Users have to log in anew before the new versions are in use.",
  SYSTEM: "The machine has to reboot before the new versions are in use.",
  UNKNOWN: "It is not known what has to start anew.",
} as const satisfies Record<NonNullable<Command["restart"]>, string | null>;

/** Where a run stands: its steps, its progress, why it waits or failed, and whether it was proved. */
export function RunStatus({ command }: { readonly command: Command }) {
  const { progress, failure, waitingReason } = command;
  const active = isActive(command.state);
  const restart = command.restart ? RESTART[command.restart] : null;
  return (
    <>
      <Panel>
        <RunStepsView steps={runSteps(command)} />
        {active && progress && (
          <div className="space-y-1.5 px-4 pb-4">
            <ProgressBar label="Progress" percent={progress.percent} />
            <p className="flex flex-wrap justify-between gap-2 text-xs text-muted">
              <span>{progress.itemName ? `${progress.phase}: ${progress.itemName}` : progress.phase}</span>
              <span className="tabular-nums">
                {progress.percent !== null && `${Math.round(progress.percent)} %`}
              </span>
            </p>
          </div>
        )}
        <p className="sr-only" role="status">
          {`${command.state.toLowerCase().replaceAll("_", " ")}${progress && active ? `, ${progress.phase}` : ""}`}
        </p>
      </Panel>
      {command.isLocal && (
        <Notice tone="info" title="Done at the machine, without this server">
          The agent told of it afterwards, with the times of the machine and at most the last 500 lines of
          output.
        </Notice>
      )}
      {active && waitingReason && (
        <Notice tone="info" title="Waiting">
          {waitingReason}
        </Notice>
      )}
      {active && command.attempt > 1 && (
        <Notice tone="warn">{`Handed to the agent for the ${ordinal(command.attempt)} time.`}</Notice>
      )}
      {failure && (
        <Notice tone="bad" title={failure.code} isUrgent>
          {failure.message}
        </Notice>
      )}
      <Proof command={command} />
      <WayBack command={command} />
      {restart && (
        <Notice tone="warn" title={restart}>
          {command.restartReasons.length > 0 && <ReasonList reasons={command.restartReasons} />}
        </Notice>
      )}
    </>
  );
}

function Proof({ command }: { readonly command: Command }) {
  const { type, state, updates } = command;
  if (
    type !== "INSTALL" ||
    updates.length === 0 ||
    command.rolledBackBy?.state === "SUCCEEDED" ||
    (state !== "SUCCEEDED" && state !== "PARTIALLY_SUCCEEDED")
  )
    return null;
  const proved = verifiedAt(command);
  if (proved) {
    return (
      <Notice tone="good" title={`Proved installed: ${formatCount(updates.length, "update")}`}>
        {`Verified by a scan at ${formatMoment(proved)}: it no longer lists ${updates.length === 1 ? "it" : "them"}.`}
      </Notice>
    );
  }
  const done = updates.filter((update) => update.state === "VERIFIED").length;
  const failed = updates.filter((update) => update.state === "FAILED").length;
  return (
    <Notice
      tone={failed > 0 ? "warn" : "info"}
      title={state === "SUCCEEDED" ? "Installed, not yet proved" : "Partly installed"}
    >
      {`${done} of ${formatCount(updates.length, "update")} verified by a scan so far.`}
      {failed > 0 && ` ${failed} failed.`}
      {done + failed < updates.length && " The agent scans again by itself; a complete scan is the proof."}
    </Notice>
  );
}

/** Links an install with what took it back, and says what a rollback leaves behind. */
function WayBack({ command }: { readonly command: Command }) {
  const { type, state, updates, rolledBackBy } = command;
  if (type === "ROLLBACK" && state === "SUCCEEDED") {
    const proved = verifiedAt(command);
    return (
      <Notice tone="good" title="The versions before are installed again">
        {proved
          ? `Verified by a scan at ${formatMoment(proved)}: the updates are offered again as rolled back.`
          : `The package database says so.${updates.length > 0 ? " The next complete scan proves it." : ""}`}
      </Notice>
    );
  }
  if (!rolledBackBy) return null;
  const link = <TextLink to={`/commands/${rolledBackBy.id}`}>See the rollback</TextLink>;
  if (rolledBackBy.state === "SUCCEEDED") {
    return <Notice tone="info" title="This install was rolled back" actions={link} />;
  }
  const title = isActive(rolledBackBy.state)
    ? "This install is being rolled back"
    : "A rollback of this install did not succeed in full";
  return <Notice tone="warn" title={title} actions={link} />;
}

const ordinal = (n: number): string => (n === 2 ? "second" : n === 3 ? "third" : `${n}th`);
