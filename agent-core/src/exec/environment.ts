/** Where programs are looked for by the programs that we start; never by us. */
export const FIXED_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** Variables that change which code a program loads. No rule may set them. */
const FORBIDDEN = /^(LD_|DYLD_|NODE_|PERL5?|PYTHON|RUBY|BASH_|ENV$|IFS$|SHELLOPTS$|PATH$|LC_|LANG)/;

/** True if a rule may set this variable. */
export function isAllowedVariable(name: string): boolean {
  return /^[A-Z][A-Z0-9_]{0,63}$/.test(name) && !FORBIDDEN.test(name);
}

/**
 * The whole environment of a command: nothing of the agent's own reaches it.
 *
 * @param home the home directory that programs see.
 * @param additions what the rule sets; the fixed variables win over it.
 */
export function buildEnvironment(
  home: string,
  additions: Readonly<Record<string, string>>,
): Record<string, string> {
  return { ...additions, LC_ALL: "C.UTF-8", LANG: "C.UTF-8", PATH: FIXED_PATH, HOME: home, TZ: "UTC" };
}
