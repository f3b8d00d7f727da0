const UNITS = ["bytes", "KB", "MB", "GB", "TB"] as const;

/** A size for people, in steps of 1000: "12.3 MB". */
export function formatSize(bytes: number): string {
  let size = Math.abs(bytes);
  let unit = 0;
  while (size >= 1000 && unit < UNITS.length - 1) {
    size /= 1000;
    unit += 1;
  }
  const digits = unit === 0 || size >= 100 ? 0 : 1;
  return `${bytes < 0 ? "-" : ""}${size.toFixed(digits)} ${UNITS[unit]}`;
}
