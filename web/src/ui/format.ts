const UNITS = ["B", "KiB", "MiB", "GiB", "TiB"] as const;

/** A size in bytes for people: `1.4 MiB`; negative sizes keep their sign. */
export function formatBytes(bytes: number): string {
  let value = Math.abs(bytes);
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const digits = unit === 0 || value >= 100 ? 0 : 1;
  return `${bytes < 0 ? "−" : ""}${value.toFixed(digits)} ${UNITS[unit]}`;
}

/** A length of time in seconds for people, by its largest unit: `42 s`, `5 min`, `3 h`, `12 d`. */
export function formatDuration(seconds: number): string {
  const s = Math.max(0, Math.round(seconds));
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min`;
  if (s < 86_400) return `${Math.floor(s / 3600)} h`;
  return `${Math.floor(s / 86_400)} d`;
}

/** A countdown in seconds: `4:05`, `1:02:09`; never below zero. */
export function formatCountdown(seconds: number): string {
  const s = Math.max(0, Math.floor(seconds));
  const pair = (n: number) => String(n).padStart(2, "0");
  const minutes = Math.floor((s % 3600) / 60);
  if (s >= 3600) return `${Math.floor(s / 3600)}:${pair(minutes)}:${pair(s % 60)}`;
  return `${minutes}:${pair(s % 60)}`;
}

/** A count with its noun: `1 update`, `3 updates`. */
export function formatCount(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString("en")} ${count === 1 ? one : many}`;
}

/** How long ago a moment was, by its largest unit: `just now`, `5 min ago`; `in 3 min` when it is to come. */
export function formatAge(at: string, now: number): string {
  const seconds = (now - Date.parse(at)) / 1000;
  if (Math.abs(seconds) < 10) return "just now";
  return seconds < 0 ? `in ${formatDuration(-seconds)}` : `${formatDuration(seconds)} ago`;
}

/** A moment in the reader's time zone, to the second. */
export function formatMoment(at: string): string {
  return new Date(at).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "medium" });
}
