import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";

interface EmptyStateProps {
  readonly icon: LucideIcon;
  readonly title: string;
  /** What to do next, or why there is nothing. */
  readonly children?: ReactNode;
}

/** Stands where a list would be when there is nothing in it. */
export function EmptyState({ icon: Icon, title, children }: EmptyStateProps) {
  return (
    <div className="flex flex-col items-center gap-2 px-4 py-14 text-center">
      <Icon aria-hidden className="size-7 text-faint" strokeWidth={1.5} />
      <p className="text-base font-medium">{title}</p>
      {children && <div className="max-w-md space-y-3 text-sm text-muted">{children}</div>}
    </div>
  );
}
