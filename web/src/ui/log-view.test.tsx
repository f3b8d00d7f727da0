import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";

import { LogView } from "./log-view.js";

const shown = (isGrowing: boolean): string =>
  renderToStaticMarkup(
    <LogView label="Output" lines={[{ sequence: 1, text: "Unpacking" }]} isGrowing={isGrowing} />,
  );

test("following the end can be paused only while more may come", () => {
  expect(shown(true)).toContain("Pause");
  expect(shown(false)).toContain("Unpacking");
  expect(shown(false)).not.toMatch(/Pause|Follow/);
});
