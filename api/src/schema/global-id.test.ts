import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeId, encodeId, idPrefixes, requireId, splitId, type IdPrefix } from "./global-id.js";
import { NotFoundError } from "./user-errors.js";

const prefixes = Object.keys(idPrefixes) as IdPrefix[];

test("an id comes back as the uuid that went in, and only under its own prefix", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...prefixes),
      fc.constantFrom(...prefixes),
      fc.uuid(),
      (mine, other, uuid) => {
        expect(decodeId(mine, encodeId(mine, uuid))).toBe(uuid);
        expect(decodeId(other, encodeId(mine, uuid))).toBe(mine === other ? uuid : null);
      },
    ),
  );
});

test("any other text is no id", () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(splitId(text)).toBeNull();
    }),
  );
  expect(splitId("__proto___0192f0c0-0000-7000-8000-000000000000")).toBeNull();
});

test("a wrong id in an input says where it stands", () => {
  const wrong = (): string => requireId("agent", "upd_x", ["input", "ids", "3"]);
  expect(wrong).toThrow(NotFoundError);
  expect(wrong).toThrow('There is no agent with the id "upd_x".');
});
