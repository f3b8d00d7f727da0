/** One line that apt writes to its status pipe. */
export interface StatusLine {
  readonly kind: "download" | "package" | "error" | "conffile";
  /** The package; for a download apt only counts. */
  readonly subject: string;
  /** 0 to 100, of the download or of the installation. */
  readonly percent: number;
  /** In the machine's language; may hold colons. */
  readonly message: string;
}

const KINDS: Readonly<Record<string, StatusLine["kind"]>> = {
  dlstatus: "download",
  pmstatus: "package",
  pmerror: "error",
  pmconffile: "conffile",
};

/** Reads `kind:subject:percent:message`, or returns null for anything else: progress is never worth a failure. */
export function parseStatusLine(line: string): StatusLine | null {
  const [word = "", subject = "", number = "", ...message] = line.split(":");
  const kind = Object.hasOwn(KINDS, word) ? KINDS[word] : undefined;
  const percent = Number(number);
  if (kind === undefined || number.trim() === "" || !(percent >= 0 && percent <= 100)) return null;
  return { kind, subject, percent, message: message.join(":") };
}
