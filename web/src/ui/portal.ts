import { createContext, useContext } from "react";

/** Where floating parts go. A modal dialog lies above everything else, so what floats over it must lie inside it. */
export const PortalContext = createContext<HTMLElement | null>(null);

/** The element that a floating part is put into; undefined is the body. */
export const usePortal = (): HTMLElement | undefined => useContext(PortalContext) ?? undefined;
