import { gzipSync } from "node:zlib";

/** What Vite's `writeBundle` hands over, as far as it is needed here. */
interface OutputFile {
  readonly type: "chunk" | "asset";
  readonly code?: string;
  readonly source?: string | Uint8Array;
}

/** The gzip size of everything that the page loads, in KiB. */
export function bundleKibibytes(files: readonly OutputFile[]): number {
  const sizes = files.map((file) => gzipSync(file.code ?? file.source ?? "").byteLength);
  return sizes.reduce((sum, size) => sum + size, 0) / 1024;
}

/** A Vite plugin that prints the size of the page and warns when it is over the budget (in KiB, gzip). */
export function printBudget(budget: number) {
  return {
    name: "print-budget",
    apply: "build" as const,
    writeBundle(this: { info(text: string): void; warn(text: string): void }, _: unknown, bundle: object) {
      const total = bundleKibibytes(Object.values(bundle) as OutputFile[]);
      const line = `the page is ${total.toFixed(0)} KiB gzip of a budget of ${budget} KiB`;
      if (total > budget) this.warn(line);
      else this.info(line);
    },
  };
}
