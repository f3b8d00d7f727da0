interface ProgressBarProps {
  readonly label: string;
  /** From 0 to 100; null when it cannot be told. */
  readonly percent: number | null;
}

/** A bar that fills, or a moving one when the share is unknown. */
export function ProgressBar({ label, percent }: ProgressBarProps) {
  const known = percent === null ? undefined : Math.max(0, Math.min(100, percent));
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={known === undefined ? undefined : Math.round(known)}
      className="h-1.5 w-full overflow-hidden rounded-full bg-hover"
    >
      {known === undefined ? (
        <div className="h-full w-full animate-pulse bg-accent-strong/60" />
      ) : (
        <div
          className="h-full rounded-full bg-accent-strong transition-[width] duration-300"
          style={{ width: `${known}%` }}
        />
      )}
    </div>
  );
}
