import { formatCount } from "../../ui/format.js";
import { Notice } from "../../ui/notice.js";
import { TextLink } from "../../ui/text-link.js";

/** Says loudly that a count may be too low. Shows nothing when everything is known. */
export function UnknownAgents({ count }: { readonly count: number }) {
  if (count === 0) return null;
  return (
    <Notice
      tone="warn"
      title={`${formatCount(count, "agent")} unknown`}
      actions={<TextLink to="/agents">See which</TextLink>}
    >
      A source of {count === 1 ? "this agent" : "these agents"} has no fresh complete scan, so there may be
      more updates than the numbers say.
    </Notice>
  );
}
