/** What the index says about one version of one package. */
export interface PackageRecord {
  readonly name: string;
  readonly version: string;
  readonly arch: string;
  readonly sizeBytes: number | null;
  readonly installedKiB: number | null;
  readonly section: string | null;
  /** The fields of dependencies as they are written: what must be there, and what must not. */
  readonly needs: string;
  readonly refuses: string;
  /** SHA-256 in hex. */
  readonly sha256: string | null;
}

/** Reads `apt-cache show`: stanzas of `Field: value` lines, continuation lines ignored. Never throws. */
export function parseRecords(stdout: string): PackageRecord[] {
  return stdout.split("\n\n").flatMap((stanza) => {
    const fields = new Map<string, string>();
    for (const line of stanza.split("\n")) {
      const colon = line.indexOf(":");
      if (colon > 0 && !line.startsWith(" "))
        fields.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
    }
    const name = fields.get("package");
    const version = fields.get("version");
    const arch = fields.get("architecture");
    if (!name || !version || !arch) return [];
    return [
      {
        name,
        version,
        arch,
        sizeBytes: wholeNumber(fields.get("size")),
        installedKiB: wholeNumber(fields.get("installed-size")),
        section: fields.get("section") ?? null,
        needs: joined(fields, ["depends", "pre-depends"]),
        refuses: joined(fields, ["conflicts", "breaks"]),
        sha256: fields.get("sha256") ?? null,
      },
    ];
  });
}

function joined(fields: ReadonlyMap<string, string>, names: readonly string[]): string {
  return names.flatMap((name) => fields.get(name) ?? []).join(", ");
}

function wholeNumber(text: string | undefined): number | null {
  if (text === undefined || !/^\d{1,15}$/.test(text)) return null;
  return Number(text);
}
