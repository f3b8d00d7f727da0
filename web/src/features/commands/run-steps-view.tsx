import { Check, CircleDashed, LoaderCircle, X } from "lucide-react";

import { Moment } from "../../ui/moment.js";
import { TEXT_TONE, type Tone } from "../../ui/tone.js";
import type { RunStep } from "./run-steps.js";

const LOOK = {
  done: { icon: Check, tone: "good", said: "done" },
  now: { icon: LoaderCircle, tone: "accent", said: "waiting for it" },
  open: { icon: CircleDashed, tone: "neutral", said: "not yet" },
  failed: { icon: X, tone: "bad", said: "ended here" },
} as const satisfies Record<RunStep["is"], { tone: Tone; said: string; icon: unknown }>;

/** The steps of a run in a row; the last one is the proof. */
export function RunStepsView({ steps }: { readonly steps: readonly RunStep[] }) {
  return (
    <ol aria-label="Steps" className="flex flex-col gap-x-8 gap-y-2 p-4 sm:flex-row sm:flex-wrap">
      {steps.map(({ label, is, at }) => {
        const { icon: Icon, tone, said } = LOOK[is];
        return (
          <li
            key={label}
            aria-current={is === "now" ? "step" : undefined}
            className="flex items-start gap-2 text-sm"
          >
            <Icon
              aria-hidden
              className={`mt-0.5 size-4 shrink-0 ${TEXT_TONE[tone]} ${is === "now" ? "animate-spin" : ""}`}
            />
            <div>
              <p className={is === "open" ? "text-muted" : "font-medium"}>
                {label}
                <span className="sr-only">{`: ${said}`}</span>
              </p>
              <p className="text-xs text-muted">{at && <Moment at={at} />}</p>
            </div>
          </li>
        );
      })}
    </ol>
  );
}
