import * as fc from "fast-check";
import { expect, test } from "vitest";
import { newCommandId, secondCommandId } from "./command-id.js";

const SHAPE = /^cmd_[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/u;
const moment = fc.integer({ min: 0, max: 2 ** 48 - 1 });

test("ids are UUIDv7: later ones sort later, and no two are the same", () => {
  fc.assert(
    fc.property(moment, moment, (one, other) => {
      const [a, b] = [newCommandId(one), newCommandId(other)];
      expect(a).toMatch(SHAPE);
      expect(a).not.toBe(b);
      if (one !== other) expect(a < b).toBe(one < other);
    }),
  );
});

test("the second id of a command is always the same, of the same time, and another", () => {
  fc.assert(
    fc.property(moment, (now) => {
      const id = newCommandId(now);
      const second = secondCommandId(id);
      expect(second).toMatch(SHAPE);
      expect(second).toBe(secondCommandId(id));
      expect(second).not.toBe(id);
      expect(second.slice(0, 17)).toBe(id.slice(0, 17));
    }),
  );
});
