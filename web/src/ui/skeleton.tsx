const WIDTHS = ["w-3/5", "w-4/5", "w-2/5", "w-3/4", "w-1/2"] as const;

/** Grey lines while something is loading; `rows` says how many. */
export function Skeleton({
  rows = 5,
  label = "Loading",
}: {
  readonly rows?: number;
  readonly label?: string;
}) {
  return (
    <div role="status" aria-label={label} className="animate-pulse space-y-4 p-4">
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} className={`h-3.5 rounded bg-hover ${WIDTHS[row % WIDTHS.length]}`} />
      ))}
    </div>
  );
}
