import { useNow } from "./clock.js";
import { formatAge, formatMoment } from "./format.js";

/** How long ago something was; the exact time on hover. */
export function Moment({
  at,
  fallback = "never",
}: {
  readonly at: string | null;
  readonly fallback?: string;
}) {
  const now = useNow();
  if (!at) return <span className="text-faint">{fallback}</span>;
  return (
    <time dateTime={at} title={formatMoment(at)} className="whitespace-nowrap">
      {formatAge(at, now)}
    </time>
  );
}
