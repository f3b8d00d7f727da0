import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { RequestError } from "../schema/request-error.js";
import { cleanPassword, PasswordHasher } from "./password.js";

test("a hash holds its own parameters, which are at least 19 MiB and two passes, and knows its password", async () => {
  const hasher = new PasswordHasher(randomBytes);
  const hash = await hasher.hash("correct horse battery");
  const [, memory, passes] = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=1\$/.exec(hash) ?? [];
  expect(Number(memory)).toBeGreaterThanOrEqual(19 * 1024);
  expect(Number(passes)).toBeGreaterThanOrEqual(2);
  expect(await hasher.verify("correct horse battery", hash)).toBe(true);
  expect(await hasher.verify("correct horse batterz", hash)).toBe(false);
});

test("two hashes of one password differ", async () => {
  const hasher = new PasswordHasher(randomBytes);
  expect(await hasher.hash("correct horse battery")).not.toBe(await hasher.hash("correct horse battery"));
});

test("A10 a queue that is too long refuses instead of growing", async () => {
  const hasher = new PasswordHasher(randomBytes);
  const all = await Promise.allSettled(
    Array.from({ length: 110 }, () => hasher.hash("correct horse battery")),
  );
  const refused = all.filter(({ status }) => status === "rejected");
  expect(refused).toHaveLength(6);
  expect(refused.every((result) => "reason" in result && result.reason instanceof RequestError)).toBe(true);
  expect(await hasher.verify("x", null)).toBe(false);
}, 30_000);

test("A10 a crowd at the first login of all refuses nobody for ever", async () => {
  const hasher = new PasswordHasher(randomBytes);
  const crowd = Array.from({ length: 104 }, () => hasher.hash("correct horse battery"));
  await expect(hasher.verify("correct horse battery", null)).rejects.toThrow(RequestError);
  await Promise.all(crowd);
  expect(await hasher.verify("correct horse battery", null)).toBe(false);
}, 30_000);

test("A11 the length is counted in characters after NFKC, and equal writings come out equal", () => {
  const text = fc.string({ unit: "grapheme", minLength: 0, maxLength: 300 });
  fc.assert(
    fc.property(text, (password) => {
      const length = Array.from(password.normalize("NFKC")).length;
      const clean = (form: string): string | null => {
        try {
          return cleanPassword(form, ["p"]);
        } catch {
          return null;
        }
      };
      expect(clean(password) !== null).toBe(length >= 12 && length <= 256 && password.length <= 1024);
      if (password.normalize("NFD").length <= 1024)
        expect(clean(password.normalize("NFD"))).toBe(clean(password));
    }),
  );
});
