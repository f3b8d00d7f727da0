import { Moment } from "../../ui/moment.js";
import { Notice } from "../../ui/notice.js";
import { TextLink } from "../../ui/text-link.js";
import type { Hold } from "./hold-fragment.js";
import { machineAnswer } from "./hold-words.js";

const ANSWER = {
  waiting: { tone: "info", title: "Waiting for the machine" },
  "not-enforced": { tone: "warn", title: "The machine itself does not enforce it" },
  "not-released": { tone: "warn", title: "The machine itself still holds it" },
} as const;

/** Everything about the holds on one package: where, why, by whom, and whether the machine follows. */
export function HoldNotice({ hold }: { readonly hold: Hold }) {
  const answer = machineAnswer(hold);
  return (
    <>
      {hold.isHeld && (
        <Notice tone="warn" title="Held">
          <ul className="space-y-1">
            {hold.heldBy.map((place) => (
              <li key={place}>
                <Place place={place} hold={hold} />
              </li>
            ))}
          </ul>
        </Notice>
      )}
      {answer && (
        <Notice
          tone={ANSWER[answer.is].tone}
          title={ANSWER[answer.is].title}
          actions={
            hold.holdCommand && (
              <TextLink
                to={`/commands/${hold.holdCommand.id}`}
              >{`See the ${hold.holdCommand.type.toLowerCase()}`}</TextLink>
            )
          }
        >
          <p>{answer.reason}</p>
          {answer.is === "not-enforced" && (
            <p>
              RedFlag installs it nowhere, but whoever uses the package manager there can. Hold it again to
              ask the machine once more.
            </p>
          )}
        </Notice>
      )}
    </>
  );
}

function Place({ place, hold }: { readonly place: Hold["heldBy"][number]; readonly hold: Hold }) {
  switch (place) {
    case "REDFLAG":
      return (
        <>
          {`By RedFlag: ${hold.holdReason ?? "no reason was given."} `}
          <span className="text-muted">
            {hold.holdSetBy && `${hold.holdSetBy}, `}
            <Moment at={hold.holdSetAt} />
          </span>
        </>
      );
    case "MACHINE_MARK":
      return "By a mark in the machine's package manager (for apt: apt-mark hold). Releasing takes it away.";
    case "MACHINE_PIN":
      return "By a pin in the machine's configuration (for apt: /etc/apt/preferences). Change it on the machine, then scan again.";
  }
}
