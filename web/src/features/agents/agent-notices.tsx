import { Notice } from "../../ui/notice.js";
import type { AgentRow } from "./agent-row.js";

/** What has to be known before anything else on an agent's page is read. */
export function AgentNotices({ agent }: { readonly agent: AgentRow }) {
  if (agent.state === "RETIRED") {
    return (
      <Notice tone="neutral" title="This agent is retired">
        Nothing can be asked of it any more. What is shown was true when it was last heard of. To manage the
        machine again, enrol it anew.
      </Notice>
    );
  }
  return (
    <>
      {agent.state === "NEVER_SEEN" && (
        <Notice tone="warn" title="This agent has not been heard of yet">
          It is enrolled, but it has never checked in. Look whether the agent runs on the machine and reaches
          this server.
        </Notice>
      )}
      {agent.state === "OFFLINE" && (
        <Notice tone="warn" title="This agent is silent">
          What is shown was true when it was last heard of. Commands wait until it is back, or until their
          deadline.
        </Notice>
      )}
      {agent.canInstall === false && (
        <Notice tone="info" title="This agent can scan and plan, but not install">
          {agent.cannotInstallReason ?? "Installing needs root."} Run the agent as root to install from here.
        </Notice>
      )}
    </>
  );
}
