/** What the kernel appends to the name of a file that is no longer there. */
const MARK = " (deleted)";

/** Memory that only looks like a file. */
const NO_FILE = ["/memfd:", "/dev/", "/SYSV", "/[aio]", "/anon_hugepage", "/dmabuf:", "/drm ", "/i915"];

/**
 * The files that a process runs code of and that were deleted or replaced since, sorted. Files without code (fonts, caches)
 * are left out: reading old data is no reason for a restart. Never throws.
 *
 * @param maps the text of `/proc/<pid>/maps`
 */
export function replacedFiles(maps: string): string[] {
  if (!maps.includes(MARK)) return [];
  const files = new Set<string>();
  for (const line of maps.split("\n")) {
    if (!line.endsWith(MARK)) continue;
    const start = line.indexOf("/");
    const [, permissions = ""] = line.split(" ", 2);
    if (start === -1 || permissions.charAt(2) !== "x") continue;
    const file = line.slice(start, -MARK.length);
    if (!NO_FILE.some((prefix) => file.startsWith(prefix))) files.add(file);
  }
  return [...files].toSorted();
}
