import { expect, test } from "vitest";

import { returnPath, whereTo } from "./where-to.js";

const at = (pathname: string, search = "", hash = "") => ({ pathname, search, hash });
const FRESH = { isSetUp: false, isLoggedIn: false };
const OUT = { isSetUp: true, isLoggedIn: false };
const IN = { isSetUp: true, isLoggedIn: true };

test.each([
  [FRESH, at("/", "", "#code=abc"), "/setup#code=abc"],
  [FRESH, at("/setup", "", "#code=abc"), null],
  [OUT, at("/setup"), "/login"],
  [OUT, at("/"), "/login"],
  [OUT, at("/login"), null],
  [OUT, at("/updates", "?name=a&state=PENDING"), "/login?return=%2Fupdates%3Fname%3Da%26state%3DPENDING"],
  [IN, at("/login", "?return=%2Fplans%3Fids%3Dx"), "/plans?ids=x"],
  [IN, at("/login"), "/agents"],
  [IN, at("/setup"), "/agents"],
  [IN, at("/updates"), null],
])("%j at %j goes to %j", (facts, place, wanted) => expect(whereTo(facts, place)).toBe(wanted));

test.each(["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", ""])(
  "a return path to %j is not followed",
  (path) => expect(returnPath(`?return=${encodeURIComponent(path)}`)).toBe("/agents"),
);
