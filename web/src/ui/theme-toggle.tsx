import { Monitor, Moon, Sun } from "lucide-react";
import { useState } from "react";

import { IconButton } from "./button.js";
import { applyTheme, readTheme, type ThemeChoice } from "./theme.js";

const NEXT = {
  system: { choice: "light", icon: Monitor, label: "Theme: as the system" },
  light: { choice: "dark", icon: Sun, label: "Theme: light" },
  dark: { choice: "system", icon: Moon, label: "Theme: dark" },
} as const satisfies Record<ThemeChoice, object>;

/** Goes round through the system's theme, light and dark. */
export function ThemeToggle() {
  const [choice, setChoice] = useState<ThemeChoice>(() => readTheme(localStorage));
  const now = NEXT[choice];
  return (
    <IconButton
      label={now.label}
      icon={now.icon}
      onClick={() => {
        applyTheme(now.choice, document.documentElement, localStorage);
        setChoice(now.choice);
      }}
    />
  );
}
