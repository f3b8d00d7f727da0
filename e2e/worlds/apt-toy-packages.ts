/** One version of one toy package, from which a real .deb is built. */
export interface ToyPackage {
  readonly name: string;
  readonly version: string;
  /** `any` is built for the architecture of this machine. Default `all`. */
  readonly arch?: "all" | "any";
  /** Where it is published. Default `stable`. */
  readonly suite?: ToySuite;
  /** Default `misc`. */
  readonly section?: string;
  readonly depends?: string;
  readonly conflicts?: string;
  /** Published with this Phased-Update-Percentage. */
  readonly phasedPercentage?: number;
  /** Path and text of a configuration file. */
  readonly conffile?: readonly [path: string, text: string];
  /** Name of the source package. Default: its own. */
  readonly source?: string;
  /** More files: absolute path to text. */
  readonly files?: Readonly<Record<string, string>>;
  /** Lines of a maintainer script after `set -e`. `$DPKG_ROOT` is empty in a real root. */
  readonly preinst?: readonly string[];
  readonly postinst?: readonly string[];
  readonly prerm?: readonly string[];
}

/** The two suites of the toy repository. */
export const TOY_SUITES = ["stable", "stable-security"] as const;
export type ToySuite = (typeof TOY_SUITES)[number];

/**
 * Packages whose upgrades go every way that upgrades go. The first version of each is what a root starts with.
 *
 * toy-app: 1.1 from stable, 1.2 with a newer toy-lib from security · toy-native: built for an architecture · toy-fail:
 * its postinst fails unless etc/toy-fail-ok exists · toy-conf: changed configuration file · toy-kept: brings a new
 * dependency · toy-conflict: removes toy-victim · toy-phased: offered to 0 % · toy-reboot: asks for a restart ·
 * toy-slow: takes etc/toy-slow-seconds (3) seconds, one line each · toy-ask: waits for an answer · toy-broken: cannot
 * be installed · toy-security-notes: "security" only in its name.
 */
export const TOY_PACKAGES = [
  { name: "toy-app", version: "1.0", depends: "toy-lib (>= 1.0)" },
  { name: "toy-app", version: "1.1", depends: "toy-lib (>= 1.0)" },
  { name: "toy-app", version: "1.2", depends: "toy-lib (>= 1.0.2)", suite: "stable-security" },
  { name: "toy-lib", version: "1.0" },
  { name: "toy-lib", version: "1.0.1" },
  { name: "toy-lib", version: "1.0.2", suite: "stable-security" },
  { name: "toy-native", version: "1:1.0-1", arch: "any" },
  { name: "toy-native", version: "1:1.0-1+deb12u1", arch: "any" },
  { name: "toy-security-notes", version: "1.0" },
  { name: "toy-security-notes", version: "2.0" },
  { name: "toy-fail", version: "1.0" },
  {
    name: "toy-fail",
    version: "2.0",
    postinst: ['echo "toy-fail: boom" >&2', '[ -e "$DPKG_ROOT/etc/toy-fail-ok" ] || exit 7'],
  },
  { name: "toy-conf", version: "1.0", conffile: ["/etc/toy-conf.conf", "setting=1.0\n"] },
  { name: "toy-conf", version: "2.0", conffile: ["/etc/toy-conf.conf", "setting=2.0\n"] },
  { name: "toy-held", version: "1.0" },
  { name: "toy-held", version: "2.0" },
  { name: "toy-kept", version: "1.0" },
  { name: "toy-kept", version: "2.0", depends: "toy-newdep" },
  { name: "toy-newdep", version: "1.0" },
  { name: "toy-conflict", version: "1.0" },
  { name: "toy-conflict", version: "2.0", conflicts: "toy-victim" },
  { name: "toy-victim", version: "1.0" },
  { name: "toy-phased", version: "1.0" },
  { name: "toy-phased", version: "2.0", phasedPercentage: 0 },
  { name: "toy-reboot", version: "1.0" },
  {
    name: "toy-reboot",
    version: "2.0",
    postinst: [
      'mkdir -p "$DPKG_ROOT/run"',
      'echo "*** System restart required ***" > "$DPKG_ROOT/run/reboot-required"',
      'echo toy-reboot >> "$DPKG_ROOT/run/reboot-required.pkgs"',
    ],
  },
  { name: "toy-slow", version: "1.0" },
  {
    name: "toy-slow",
    version: "2.0",
    postinst: [
      'seconds=$(cat "$DPKG_ROOT/etc/toy-slow-seconds" 2>/dev/null || echo 3)',
      'for i in $(seq 1 "$seconds"); do echo "toy-slow: $i of $seconds"; sleep 1; done',
    ],
  },
  { name: "toy-ask", version: "1.0" },
  { name: "toy-ask", version: "2.0", postinst: ['printf "proceed? "', "read answer", 'echo "got:$answer"'] },
  { name: "toy-broken", version: "1.0", depends: "toy-does-not-exist (>= 9)" },
] as const satisfies readonly ToyPackage[];

/** What a root starts with: the first version of everything that can be installed and is not a new dependency. */
export const TOY_INSTALLED: readonly string[] = [
  ...new Map(TOY_PACKAGES.toReversed().map(({ name, version }) => [name, `${name}=${version}`])),
]
  .filter(([name]) => name !== "toy-newdep" && name !== "toy-broken")
  .map(([, pin]) => pin);
