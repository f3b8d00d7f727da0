import { CircleAlert, CircleCheck, Info, type LucideIcon, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";

import { cx } from "./cx.js";
import { SOFT_TONE, type Tone } from "./tone.js";

const ICON = {
  neutral: Info,
  info: Info,
  accent: Info,
  good: CircleCheck,
  warn: TriangleAlert,
  bad: CircleAlert,
} as const satisfies Record<Tone, LucideIcon>;

interface NoticeProps {
  readonly tone: Tone;
  readonly title?: ReactNode;
  readonly children?: ReactNode;
  /** Buttons at the end. */
  readonly actions?: ReactNode;
  /** Whether a screen reader is interrupted to say it. */
  readonly isUrgent?: boolean;
}

/** A sentence that belongs to a whole page or panel. */
export function Notice({ tone, title, children, actions, isUrgent = false }: NoticeProps) {
  const Icon = ICON[tone];
  return (
    <div
      role={isUrgent ? "alert" : "note"}
      className={cx(
        "flex flex-wrap items-start gap-x-3 gap-y-2 rounded-md px-3 py-2 text-sm",
        SOFT_TONE[tone],
      )}
    >
      <Icon aria-hidden className="mt-0.5 size-4 shrink-0" />
      <div className="min-w-48 flex-1">
        {title && <p className="font-semibold">{title}</p>}
        {children && <div className={cx(title ? "text-ink" : undefined)}>{children}</div>}
      </div>
      {actions && <div className="flex gap-2">{actions}</div>}
    </div>
  );
}
