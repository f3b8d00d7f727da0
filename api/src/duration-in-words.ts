const units = [
  { name: "day", seconds: 86_400 },
  { name: "hour", seconds: 3600 },
  { name: "minute", seconds: 60 },
] as const;

/** A span of time in its largest whole unit, for people: "3 hours". */
export function durationInWords(seconds: number): string {
  const unit = units.find((candidate) => seconds >= candidate.seconds);
  if (!unit) return "less than a minute";
  const count = Math.floor(seconds / unit.seconds);
  return `${count} ${unit.name}${count === 1 ? "" : "s"}`;
}
