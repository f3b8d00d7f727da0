import { useEffect, useRef } from "react";
import { Link, Outlet, useLocation, useNavigationType } from "react-router";

import { useViewer } from "../data/viewer.js";
import { LogOutButton } from "../features/access/log-out-button.js";
import { useWatchAgents } from "../features/agents/watch-agents.js";
import { useWatchScans } from "../features/agents/watch-scans.js";
import { useWatchUpdates } from "../features/updates/watch-updates.js";
import { ThemeToggle } from "../ui/theme-toggle.js";
import { ConnectionBar } from "./connection-bar.js";
import { ErrorBoundary } from "./error-boundary.js";
import { Logo } from "./logo.js";
import { Navigation } from "./navigation.js";

/** The frame around every page behind the login; keeps what is shown current while it stands. */
export function Shell() {
  useWatchAgents();
  useWatchUpdates();
  useWatchScans();
  const { pathname } = useLocation();
  const main = useTopOnNavigation(pathname);
  return (
    <div className="min-h-dvh md:grid md:grid-cols-[13rem_minmax(0,1fr)]">
      <a
        href="#main"
        className="sr-only z-50 rounded bg-accent-strong px-3 py-2 text-sm text-accent-ink focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        Skip to the content
      </a>
      <header className="border-b border-line bg-panel md:sticky md:top-0 md:flex md:h-dvh md:flex-col md:border-r md:border-b-0">
        <div className="flex h-12 items-center gap-2 px-4 md:h-14">
          <Link to="/agents" className="rounded">
            <Logo />
          </Link>
          <div className="ml-auto flex md:hidden">
            <Account />
          </div>
        </div>
        <Navigation />
        <div className="mt-auto hidden items-center gap-1 border-t border-line p-2 md:flex">
          <Account />
        </div>
      </header>
      <div className="min-w-0">
        <ConnectionBar />
        <main id="main" ref={main} tabIndex={-1}>
          <ErrorBoundary key={pathname}>
            <Outlet />
          </ErrorBoundary>
        </main>
      </div>
    </div>
  );
}

function Account() {
  const { name, role } = useViewer();
  return (
    <>
      <div className="hidden min-w-0 flex-1 px-2 md:block">
        <p className="truncate text-sm font-medium">{name}</p>
        <p className="text-xs text-muted">{role.toLowerCase()}</p>
      </div>
      <ThemeToggle />
      <LogOutButton />
    </>
  );
}

/** Begins a new page at its top, with the focus for keyboard and screen reader users; "back" keeps its place. */
function useTopOnNavigation(pathname: string) {
  const main = useRef<HTMLElement>(null);
  const type = useNavigationType();
  const previous = useRef(pathname);
  useEffect(() => {
    if (previous.current === pathname) return;
    previous.current = pathname;
    main.current?.focus({ preventScroll: true });
    if (type !== "POP") window.scrollTo(0, 0);
  }, [pathname, type]);
  return main;
}
