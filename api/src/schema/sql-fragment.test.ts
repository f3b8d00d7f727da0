import fc from "fast-check";
import { expect, test } from "vitest";
import { joinSql, rawSql, renderSql, sql } from "./sql-fragment.js";

test("values become parameters in order, fragments become text", () => {
  const where = joinSql([sql`a = ${1}`, sql`b = any(${["x", "y"]})`], " and ", "true");
  expect(renderSql(sql`select ${rawSql("id")} from t where ${where} limit ${5}`)).toEqual({
    text: "select id from t where a = $1 and b = any($2) limit $3",
    values: [1, ["x", "y"], 5],
  });
});

test("nothing to join is the neutral text", () => {
  expect(renderSql(sql`where ${joinSql([], " and ", "true")}`)).toEqual({ text: "where true", values: [] });
});

test("no value ever becomes text, however fragments are nested", () => {
  const values = fc.array(fc.oneof(fc.string(), fc.integer(), fc.constant("'; drop table agents; --")));
  fc.assert(
    fc.property(values, (given) => {
      const nested = given.reduce((inner, value) => sql`(${inner} or x = ${value})`, rawSql("false"));
      const { text, values: sent } = renderSql(nested);
      expect(sent).toEqual(given);
      expect(text).toMatch(/^[()a-z =$0-9]*$/);
      expect(text.match(/\$\d+/g) ?? []).toEqual(given.map((_, index) => `$${index + 1}`));
    }),
  );
});
