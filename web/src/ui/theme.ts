/** What a person chose: the system's theme, or always one of the two. */
export type ThemeChoice = "system" | "light" | "dark";

const KEY = "redflag.theme";

/** The stored choice; `system` when there is none or storage is blocked. */
export function readTheme(storage: Pick<Storage, "getItem">): ThemeChoice {
  try {
    const stored = storage.getItem(KEY);
    return stored === "light" || stored === "dark" ? stored : "system";
  } catch {
    return "system";
  }
}

/** Shows a choice at once and keeps it. `public/theme.js` shows it again before the next first paint. */
export function applyTheme(
  choice: ThemeChoice,
  root: HTMLElement,
  storage: Pick<Storage, "setItem" | "removeItem">,
): void {
  if (choice === "system") delete root.dataset["theme"];
  else root.dataset["theme"] = choice;
  try {
    if (choice === "system") storage.removeItem(KEY);
    else storage.setItem(KEY, choice);
  } catch {
    // Storage is blocked: the choice holds until the page is left.
  }
}
