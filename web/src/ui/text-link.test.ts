import { expect, test } from "vitest";

import { isWebAddress } from "./text-link.js";

test.each(["https://a.example/x", "http://a.example"])("%s may become a link", (href) => {
  expect(isWebAddress(href)).toBe(true);
});

test.each([
  "javascript:alert(1)",
  "data:text/html,x",
  "JaVaScRiPt:alert(1)",
  " javascript:alert(1)",
  "/relative",
  "",
])("%j stays text", (href) => expect(isWebAddress(href)).toBe(false));
