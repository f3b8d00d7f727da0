import * as fc from "fast-check";
import { expect, test } from "vitest";
import { CUT_MARK } from "./limits.js";
import { LineSplitter } from "./split-lines.js";

const split = (chunks: readonly Uint8Array[], max = 1_000_000): string[] => {
  const splitter = new LineSplitter(max);
  return [...chunks.flatMap((chunk) => splitter.push(chunk)), ...splitter.end()];
};

test("lines are the same whatever the sizes of the pieces", () => {
  const line = fc.string({ unit: "grapheme" }).map((text) => text.replaceAll(/[\n\r\0]/gu, "_"));
  fc.assert(
    fc.property(fc.array(line), fc.array(fc.nat({ max: 40 })), (lines, sizes) => {
      const bytes = Buffer.from(lines.map((text) => `${text}\n`).join(""));
      const chunks: Uint8Array[] = [];
      let start = 0;
      for (const size of sizes) {
        chunks.push(bytes.subarray(start, start + size));
        start += size;
      }
      chunks.push(bytes.subarray(start));
      expect(split(chunks)).toEqual(lines);
    }),
  );
});

test("bad UTF-8 is replaced, NUL removed, CRLF understood, the last line needs no line break", () => {
  expect(split([Buffer.from([0x61, 0xff, 0x62, 0x00, 0x0d, 0x0a, 0x63])])).toEqual(["a\ufffdb", "c"]);
});

test("B7 a line beyond the cap is cut and says so", () => {
  const [cut, next] = split(
    [Buffer.from("x".repeat(50)), Buffer.from("y".repeat(50)), Buffer.from("\nok\n")],
    60,
  );
  expect(cut).toBe("x".repeat(50) + "y".repeat(10) + CUT_MARK);
  expect(next).toBe("ok");
});
