import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";

import { cx } from "./cx.js";
import { SOFT_TONE, type Tone } from "./tone.js";

interface BadgeProps {
  readonly tone?: Tone;
  readonly icon?: LucideIcon;
  /** More to say on hover; what matters stands in the children. */
  readonly title?: string | undefined;
  readonly children: ReactNode;
}

/** A word with an icon on a soft ground. */
export function Badge({ tone = "neutral", icon: Icon, title, children }: BadgeProps) {
  return (
    <span
      title={title}
      className={cx(
        "inline-flex max-w-full items-center gap-1 rounded px-1.5 py-0.5 text-xs font-medium whitespace-nowrap",
        SOFT_TONE[tone],
      )}
    >
      {Icon && <Icon aria-hidden className="size-3.5 shrink-0" />}
      <span className="truncate">{children}</span>
    </span>
  );
}
