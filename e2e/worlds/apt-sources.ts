import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";

/** One line of a sources.list, taken apart. */
export interface AptSource {
  readonly uri: string;
  readonly suite: string;
  readonly components: readonly string[];
  /** Absolute path of the keyring; missing when apt's own keyrings are meant. */
  readonly signedBy?: string;
}

/**
 * The apt sources of this machine for one distribution, so that a root is built from the mirror that is configured
 * here, whatever that is.
 *
 * @param codename such as `bookworm`; its `-updates` and `-security` suites belong to it
 * @param folder where apt keeps its configuration
 */
export function readAptSources(codename: string, folder = "/etc/apt"): AptSource[] {
  const parts = path.join(folder, "sources.list.d");
  const names = existsSync(parts) ? readdirSync(parts).toSorted() : [];
  const files = [path.join(folder, "sources.list"), ...names.map((name) => path.join(parts, name))];
  const sources = files.flatMap((file) => {
    if (!existsSync(file)) return [];
    const text = readFileSync(file, "utf8");
    if (file.endsWith(".sources")) return parseStanzas(text);
    return file.endsWith(".list") ? parseLines(text) : [];
  });
  const suites = new Set([codename, `${codename}-updates`, `${codename}-security`]);
  return sources.filter(({ suite }) => suites.has(suite));
}

/** A source in the one-line format. */
export function formatSource({ uri, suite, components, signedBy }: AptSource): string {
  const option = signedBy ? `[signed-by=${signedBy}] ` : "";
  return `deb ${option}${uri} ${suite} ${components.join(" ")}`;
}

/** The one-line format: `deb [option=value] uri suite component…`. */
export function parseLines(text: string): AptSource[] {
  return text.split("\n").flatMap((line) => {
    const match = /^\s*deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s+([^#]*)/.exec(line);
    if (!match) return [];
    const [, options = "", uri = "", suite = "", components = ""] = match;
    const signedBy = /(?:^|\s)signed-by=(\/\S+)/.exec(options)?.[1];
    return [{ uri, suite, components: words(components), ...(signedBy ? { signedBy } : {}) }];
  });
}

/** The deb822 format: stanzas of fields, in which URIs and Suites may name several. */
export function parseStanzas(text: string): AptSource[] {
  const withoutComments = text.replaceAll(/^#.*\n?/gm, "");
  return withoutComments.split(/\n\s*\n/).flatMap((stanza) => {
    const field = (name: string): string =>
      new RegExp(`^${name}:((?:.*)(?:\\n[ \\t].*)*)`, "im").exec(stanza)?.[1]?.trim() ?? "";
    if (!words(field("Types")).includes("deb") || field("Enabled").toLowerCase() === "no") return [];
    const signedBy = field("Signed-By");
    const components = words(field("Components"));
    return words(field("URIs")).flatMap((uri) =>
      words(field("Suites")).map((suite) => ({
        uri,
        suite,
        components,
        ...(signedBy.startsWith("/") ? { signedBy } : {}),
      })),
    );
  });
}

function words(text: string): string[] {
  return text.split(/\s+/).filter(Boolean);
}
