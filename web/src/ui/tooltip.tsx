import { Tooltip as Radix } from "radix-ui";
import type { ReactElement, ReactNode } from "react";

import { usePortal } from "./portal.js";

/** Says more about a control on hover and on keyboard focus. The control needs a name of its own. */
export function Tooltip({ text, children }: { readonly text: ReactNode; readonly children: ReactElement }) {
  const container = usePortal();
  if (!text) return children;
  return (
    <Radix.Provider delayDuration={250}>
      <Radix.Root>
        <Radix.Trigger asChild>{children}</Radix.Trigger>
        <Radix.Portal container={container}>
          <Radix.Content
            sideOffset={6}
            collisionPadding={8}
            className="z-50 max-w-72 rounded bg-ink px-2 py-1 text-xs text-page shadow-lg"
          >
            {text}
          </Radix.Content>
        </Radix.Portal>
      </Radix.Root>
    </Radix.Provider>
  );
}
