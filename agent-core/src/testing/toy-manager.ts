import type { PendingRestart } from "@redflag/plugin-sdk";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { type FixturePlugin, writeFixturePlugin } from "./fixture-plugin.js";

/** A package manager for tests: a shell script whose database is a file, so that processes and crashes are real. */
export interface ToyManager {
  /** The plugin's folder, for the configuration. */
  readonly plugin: string;
  /** Versions that are installed now, by package. */
  installed(): Record<string, string>;
  setInstalled(versions: Record<string, string>): void;
  /** Makes installations and marks wait before they change anything, until {@link ToyManager.release}. */
  hold(): void;
  release(): void;
  /** How often an installation was begun. */
  runs(): number;
  /** How often a rollback was begun. */
  reverts(): number;
  isInstalling(): boolean;
  /** What the scans that follow say must restart. */
  setRestarts(restarts: readonly PendingRestart[]): void;
  /** True while packages are being held or released. */
  isMarking(): boolean;
  /** How often packages were held or released. */
  markRuns(): number;
  isHeld(name: string): boolean;
  /** Makes a package one that is installed and does not work, or mends it. */
  setBroken(name: string, isBroken: boolean): void;
}

/** The candidate of every package. */
const CANDIDATE = "2";

const SCRIPT = `#!/bin/sh
# usage: toy-pm DIR list | toy-pm DIR install name... | toy-pm DIR revert name=version... | toy-pm DIR mark yes|no name...
dir="$1"; shift
case "$1" in
  list) cat "$dir"/db-* 2>/dev/null; exit 0;;
  install) shift
    echo run >> "$dir/runs"
    touch "$dir/installing"
    echo "Installing $*"
    while [ -e "$dir/hold" ]; do sleep 0.05; done
    for name in "$@"; do
      echo "status:$name:50" >&3
      printf '%s ${CANDIDATE}\\n' "$name" > "$dir/db-$name"
      echo "Setting up $name"
    done
    rm -f "$dir/installing"
    exit 0;;
  mark) shift; wish="$1"; shift
    touch "$dir/marking"
    echo run >> "$dir/mark-runs"
    while [ -e "$dir/hold" ]; do sleep 0.05; done
    for name in "$@"; do
      [ "$name" = stuck ] && continue
      if [ "$wish" = yes ]; then touch "$dir/held-$name"; else rm -f "$dir/held-$name"; fi
    done
    rm -f "$dir/marking"
    exit 0;;
  revert) shift
    echo run >> "$dir/reverts"
    touch "$dir/installing"
    echo "Reverting $*"
    while [ -e "$dir/hold" ]; do sleep 0.05; done
    for pair in "$@"; do
      echo "status:\${pair%%=*}:50" >&3
      printf '%s %s\\n' "\${pair%%=*}" "\${pair#*=}" > "$dir/db-\${pair%%=*}"
    done
    rm -f "$dir/installing"
    exit 0;;
esac
`;

const METHODS = `
  async scan(request, call) {
    const db = await list(ctx, call);
    const marked = await marksOf(ctx, Object.keys(db));
    const items = Object.entries(db).filter(([, version]) => version !== "${CANDIDATE}")
      .map(([name, version]) => ({ ...item, key: name, name, installed: version,
        ...(marked.has(name) ? { heldBy: ["mark"] } : {}) }));
    const text = await ctx.files.read(dir + "/restarts");
    const restarts = text === null ? {} : { pendingRestarts: JSON.parse(text), restartPending: text !== "[]" };
    return { items, complete: true, warnings: [], ...restarts };
  },
  async plan(request, call) {
    const db = await list(ctx, call);
    const items = request.items.map(({ key, candidate }) => ({ key, name: key, fromVersion: db[key], toVersion: candidate }));
    return { id: "p-1", source: "toy", items, alsoInstalls: [], alsoRemoves: [], restarts: { services: [], system: false },
      reversibility: { level: "reversible", reasons: [] }, blockers: [], digest: digestOf(items), expiresAt: new Date(Date.now() + 600000).toISOString(), token: "t" };
  },
  async hold(keys, isHeld, call) {
    await ctx.run.exec("mark", { wish: isHeld ? "yes" : "no", names: keys }, call);
    const marked = await marksOf(ctx, keys);
    return keys.map((key) => ({ key, isHeld: marked.has(key), ...(key === "stuck" ? { message: "It is stuck." } : {}) }));
  },
  async *install(plan, call) {
    yield { type: "phase", phase: "resolve", cancellable: true };
    while (await ctx.files.exists(dir + "/hold-download")) {
      await ctx.clock.sleep(20, call.signal);
    }
    yield { type: "phase", phase: "commit", cancellable: false };
    const names = plan.items.map((one) => one.name);
    for await (const event of ctx.run.stream("install", { names }, call)) {
      if (await ctx.files.exists(dir + "/misbehave")) yield { type: "phase", phase: "nonsense" };
      if (event.kind === "status") yield { type: "progress", percent: 50, key: event.line.split(":")[1] };
      else if (event.kind !== "exit") yield { type: "output", stream: event.kind, line: event.line };
    }
    const items = plan.items.map((one) => ({ key: one.key, name: one.name, fromVersion: one.fromVersion,
      toVersion: one.toVersion, role: "selected", outcome: "installed" }));
    const now = new Date().toISOString();
    yield { type: "finished", restart: { services: [], system: false }, receipt: { planId: plan.id, planDigest: plan.digest,
      source: "toy", startedAt: now, finishedAt: now, outcome: "succeeded", items, token: "" } };
  },
  async *rollback(receipt, call) {
    yield { type: "phase", phase: "resolve", cancellable: true };
    while (await ctx.files.exists(dir + "/hold-download")) {
      await ctx.clock.sleep(20, call.signal);
    }
    yield { type: "phase", phase: "commit", cancellable: false };
    const pairs = receipt.items.map((one) => ({ name: one.name, version: one.fromVersion }));
    for await (const event of ctx.run.stream("revert", { pairs }, call)) {
      if (await ctx.files.exists(dir + "/misbehave")) yield { type: "phase", phase: "nonsense" };
      if (event.kind === "status") yield { type: "progress", percent: 50, key: event.line.split(":")[1] };
      else if (event.kind !== "exit") yield { type: "output", stream: event.kind, line: event.line };
    }
    const items = receipt.items.map((one) => ({ ...one, fromVersion: one.toVersion, toVersion: one.fromVersion }));
    const now = new Date().toISOString();
    yield { type: "finished", restart: { services: [], system: false },
      receipt: { ...receipt, startedAt: now, finishedAt: now, outcome: "succeeded", items } };
  },
  async verify(plan, call) {
    const db = await list(ctx, { ...call });
    const isBroken = new Map();
    for (const { key } of plan.items) isBroken.set(key, await ctx.files.exists(dir + "/broken-" + key));
    const broken = (key) => isBroken.get(key);
    return plan.items.map(({ key, toVersion }) => ({ key, expectedVersion: toVersion, installedVersion: db[key] ?? null,
      state: broken(key) ? "broken" : db[key] === toVersion ? "installed" : "other-version", ok: !broken(key) && db[key] === toVersion }));
  },
`;

const countLines = (file: string): number =>
  existsSync(file) ? readFileSync(file, "utf8").trim().split("\n").length : 0;

/** Writes the script, its database and the plugin below `root`. */
export function writeToyManager(root: string, changes: Partial<FixturePlugin> = {}): ToyManager {
  const script = path.join(root, "toy-pm");
  writeFileSync(script, SCRIPT, { mode: 0o755 });
  const rule = { file: script, privilege: "user" };
  const plugin = writeFixturePlugin(root, {
    manifest: {
      capabilities: { plan: true, install: true, verify: true, hold: true, rollback: "previous-version" },
      files: [{ path: root, tree: true, rootSetting: "root" }],
      commands: [
        { ...rule, name: "list", purpose: "Reads the database.", argv: [root, "list"], mutates: false },
        {
          ...rule,
          name: "mark",
          purpose: "Holds packages, or no longer does.",
          argv: [
            root,
            "mark",
            { kind: "slot", name: "wish", type: "choice", choices: ["yes", "no"] },
            { kind: "slot", name: "names", type: "package-name", repeated: { min: 1, max: 9 } },
          ],
          mutates: true,
        },
        {
          ...rule,
          name: "install",
          purpose: "Installs.",
          argv: [
            root,
            "install",
            { kind: "slot", name: "names", type: "package-name", repeated: { min: 1, max: 9 } },
          ],
          mutates: true,
          statusFd: 3,
          interruptible: false,
        },
        {
          ...rule,
          name: "revert",
          purpose: "Goes back.",
          argv: [
            root,
            "revert",
            {
              kind: "tuple",
              name: "pairs",
              fields: [
                { name: "name", type: "package-name" },
                { name: "version", type: "debian-version", prefix: "=" },
              ],
              repeated: { min: 1, max: 9 },
            },
          ],
          mutates: true,
          statusFd: 3,
          interruptible: false,
        },
      ],
    },
    prelude: `
      import { createHash } from "node:crypto";
      const dir = ${JSON.stringify(root)};
      const digestOf = (items) => createHash("sha256").update(JSON.stringify({ alsoInstalls: [], alsoRemoves: [],
        items: items.map((i) => [i.key, i.name, null, i.fromVersion, i.toVersion]).sort() })).digest("hex");
      const marksOf = async (ctx, names) => {
        const found = await Promise.all(names.map((name) => ctx.files.exists(dir + "/held-" + name)));
        return new Set(names.filter((_, index) => found[index]));
      };
      const list = async (ctx, call) => {
        const { stdout, exitCode } = await ctx.run.exec("list", {}, call);
        if (exitCode !== 0) throw new PluginError("COMMAND_FAILED", "toy-pm list ended with " + exitCode);
        return Object.fromEntries(stdout.split("\\n").filter(Boolean).map((line) => line.split(" ")));
      };`,
    validate: '() => ({ value: { root: "/" } })',
    methods: METHODS,
    ...changes,
  });
  const at = (name: string): string => path.join(root, name);
  const packages = ["lib", "tool"];
  const manager: ToyManager = {
    plugin,
    installed: () =>
      Object.fromEntries(
        packages
          .filter((name) => existsSync(at(`db-${name}`)))
          .map(
            (name) =>
              readFileSync(at(`db-${name}`), "utf8")
                .trim()
                .split(" ") as [string, string],
          ),
      ),
    setInstalled: (versions) => {
      for (const [name, version] of Object.entries(versions))
        writeFileSync(at(`db-${name}`), `${name} ${version}\n`);
    },
    hold: () => writeFileSync(at("hold"), ""),
    release: () => {
      rmSync(at("hold"), { force: true });
      rmSync(at("hold-download"), { force: true });
    },
    runs: () => countLines(at("runs")),
    reverts: () => countLines(at("reverts")),
    isInstalling: () => existsSync(at("installing")),
    isMarking: () => existsSync(at("marking")),
    markRuns: () => countLines(at("mark-runs")),
    isHeld: (name) => existsSync(at(`held-${name}`)),
    setRestarts: (restarts) => writeFileSync(at("restarts"), JSON.stringify(restarts)),
    setBroken: (name, isBroken) => {
      if (isBroken) writeFileSync(at(`broken-${name}`), "");
      else rmSync(at(`broken-${name}`), { force: true });
    },
  };
  manager.setInstalled({ lib: "1", tool: "1" });
  return manager;
}
