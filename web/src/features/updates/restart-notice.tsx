import { type FragmentOf, graphql } from "../../data/graphql.js";
import { Notice } from "../../ui/notice.js";

/** What an update waits for once it is installed. */
export const RestartNoticeFragment = graphql(`
  fragment RestartNotice on Update {
    name
    architecture
    state
    agent {
      id
      pendingRestarts {
        kind
        name
        packages
        reason
      }
    }
  }
`);

/** The version is there, and what runs is older: what must restart, and why. Nothing in any other state. */
export function RestartNotice({ update }: { readonly update: FragmentOf<typeof RestartNoticeFragment> }) {
  if (update.state !== "RESTART_NEEDED") return null;
  const keys = new Set([update.name, `${update.name}:${update.architecture}`]);
  const restarts = (update.agent.pendingRestarts ?? []).filter(({ packages }) =>
    packages.some((one) => keys.has(one)),
  );
  return (
    <Notice tone="warn" title="Installed, and not in use yet">
      A scan found the new version on the machine. It is verified when a scan no longer finds anything that
      runs from before it.
      {restarts.length > 0 && (
        <ul aria-label="What must restart" className="mt-1 list-disc pl-4">
          {restarts.map(({ kind, name, reason }) => (
            <li key={`${kind} ${name}`}>
              <span className="font-mono text-xs break-all">{name}</span>: {reason}
            </li>
          ))}
        </ul>
      )}
    </Notice>
  );
}
