import type { Reporter, TestModule } from "vitest/node";

/** What did not run: the tests of one suite that share one reason. */
export interface SkippedSuite {
  /** Project, file and outermost suite, for example `e2e worlds/debian-root.test.ts › Debian root`. */
  readonly name: string;
  /** The note of `context.skip(note)`; empty when the reason stands in the name of the suite. */
  readonly reason: string;
  readonly tests: number;
}

/** Lists what was skipped, by name and reason, so that a missing part of the machine never looks like a pass. */
export default class SkippedReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const lines = skippedLines(collectSkipped(modules));
    if (lines.length > 0) console.log(lines.join("\n"));
  }
}

/** Every skipped suite of a run, in the order of the files. */
export function collectSkipped(modules: readonly TestModule[]): SkippedSuite[] {
  const suites = new Map<string, SkippedSuite>();
  for (const module of modules) {
    for (const test of module.children.allTests("skipped")) {
      const result = test.result();
      const reason = result.state === "skipped" ? (result.note ?? "") : "";
      const outermost = test.fullName.split(" > ")[0] ?? test.name;
      const name = `${module.project.name} ${module.relativeModuleId} › ${outermost}`;
      const key = JSON.stringify([name, reason]);
      suites.set(key, { name, reason, tests: (suites.get(key)?.tests ?? 0) + 1 });
    }
  }
  return [...suites.values()];
}

/** The closing paragraph of a run; empty when nothing was skipped. */
export function skippedLines(suites: readonly SkippedSuite[]): string[] {
  if (suites.length === 0) return [];
  const total = suites.reduce((sum, suite) => sum + suite.tests, 0);
  const lines = suites.map(({ name, reason, tests }) => {
    const count = tests === 1 ? "1 test" : `${tests} tests`;
    return reason ? `  ${name} (${count}): ${reason}` : `  ${name} (${count})`;
  });
  return ["", ` Skipped, not passed (${total}):`, ...lines, ""];
}
