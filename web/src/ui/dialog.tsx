import { X } from "lucide-react";
import { type ReactNode, useId, useLayoutEffect, useState } from "react";

import { IconButton } from "./button.js";
import { cx } from "./cx.js";
import { PortalContext } from "./portal.js";

interface DialogProps {
  readonly title: string;
  /** Called by Escape, the close button and a click beside the dialog. */
  readonly onClose: () => void;
  readonly children: ReactNode;
  /** Buttons at the end, the main one last. */
  readonly footer?: ReactNode;
  /** `side` is a panel at the right edge, for reading beside a list. */
  readonly placement?: "center" | "side";
}

const PLACEMENT = {
  center: "m-auto w-[min(34rem,calc(100vw-1.5rem))] max-h-[min(85dvh,48rem)] rounded-lg",
  side: "my-0 mr-0 ml-auto h-dvh max-h-dvh w-[min(32rem,100vw)] border-y-0 border-r-0",
} as const;

/**
 * A modal dialog on the browser's own `dialog` element: the rest of the page is inert, focus returns by itself, and no
 * style element has to be injected, which the content security policy would refuse.
 */
export function Dialog({ title, onClose, children, footer, placement = "center" }: DialogProps) {
  const [element, setElement] = useState<HTMLDialogElement | null>(null);
  const titleId = useId();
  useLayoutEffect(() => {
    if (element && !element.open) {
      element.showModal();
      // The browser would begin at the close button; the first field, or else the title, is a better start.
      const field = element.querySelector<HTMLElement>("input, textarea, select");
      (field ?? element.querySelector<HTMLElement>("h2"))?.focus();
    }
    // Before the element leaves the document: only then does the browser give the focus back.
    return () => element?.close();
  }, [element]);
  return (
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-noninteractive-element-interactions -- Escape is the key for it.
    <dialog
      ref={setElement}
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => {
        if (event.target === element) onClose();
      }}
      className={cx(
        "max-w-none overflow-hidden border border-line bg-panel p-0 text-ink shadow-2xl",
        PLACEMENT[placement],
      )}
    >
      <PortalContext value={element}>
        <div className="flex h-full max-h-[inherit] flex-col">
          <header className="flex items-center gap-2 border-b border-line py-2 pr-2 pl-4">
            <h2
              id={titleId}
              tabIndex={-1}
              className="min-w-0 flex-1 truncate text-base font-semibold outline-none"
            >
              {title}
            </h2>
            {/* Without a tooltip: Escape would close that first and not the dialog. */}
            <IconButton label="Close" icon={X} onClick={onClose} hasTooltip={false} />
          </header>
          <div className="min-h-0 flex-1 overflow-y-auto px-4 py-4">{children}</div>
          {footer && (
            <footer className="flex flex-wrap justify-end gap-2 border-t border-line px-4 py-3">
              {footer}
            </footer>
          )}
        </div>
      </PortalContext>
    </dialog>
  );
}
