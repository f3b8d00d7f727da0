import { createContext, useContext } from "react";

/** Tells the page that a login or logout happened: everything known so far is forgotten and asked for again. */
export const SessionContext = createContext<() => void>(() => undefined);

/** Call it after a login or logout succeeded. */
export const useSessionChanged = (): (() => void) => useContext(SessionContext);
