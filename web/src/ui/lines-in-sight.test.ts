import fc from "fast-check";
import { expect, test } from "vitest";

import { linesInSight } from "./lines-in-sight.js";

test("a part of the lines is kept that covers the box, however far it is scrolled", () => {
  fc.assert(
    fc.property(fc.nat(50_000), fc.nat(1_100_000), (count, top) => {
      const { from, to } = linesInSight({ top, height: 384, lineHeight: 20, count });
      expect(from).toBeGreaterThanOrEqual(0);
      expect(to).toBeLessThanOrEqual(count);
      expect(to - from).toBeLessThanOrEqual(62);
      const shownTop = Math.min(top, Math.max(0, count * 20 - 384));
      expect(from * 20).toBeLessThanOrEqual(shownTop);
      expect(to * 20).toBeGreaterThanOrEqual(Math.min(count * 20, shownTop + 384));
    }),
  );
});
