import { Activity, History, KeyRound, type LucideIcon, PackageOpen, Server, Users } from "lucide-react";
import { useEffect, useRef } from "react";
import { NavLink, useLocation } from "react-router";

import { type Permission, useViewer } from "../data/viewer.js";
import { cx } from "../ui/cx.js";

interface Place {
  readonly to: string;
  readonly label: string;
  readonly icon: LucideIcon;
  readonly needs: Permission;
}

const PLACES: readonly Place[] = [
  { to: "/agents", label: "Agents", icon: Server, needs: "AGENTS_READ" },
  { to: "/updates", label: "Updates", icon: PackageOpen, needs: "UPDATES_READ" },
  { to: "/commands", label: "Commands", icon: Activity, needs: "UPDATES_READ" },
  { to: "/history", label: "History", icon: History, needs: "EVENTS_READ" },
  { to: "/tokens", label: "Tokens", icon: KeyRound, needs: "TOKENS_MANAGE" },
  { to: "/operators", label: "Operators", icon: Users, needs: "OPERATORS_MANAGE" },
];

/** The places that the viewer may go to: a column on wide windows, on narrow ones a row that scrolls to where one is. */
export function Navigation() {
  const { permissions } = useViewer();
  const { pathname } = useLocation();
  const row = useRef<HTMLElement>(null);
  useEffect(() => {
    const { children = [], clientWidth = 0 } = row.current ?? {};
    const here = [...children].find((link) => pathname.startsWith(link.getAttribute("href") ?? "#"));
    if (row.current && here instanceof HTMLElement)
      row.current.scrollLeft = here.offsetLeft - (clientWidth - here.offsetWidth) / 2;
  }, [pathname]);
  return (
    <nav
      ref={row}
      aria-label="Main"
      className="relative flex gap-0.5 overflow-x-auto px-2 py-1 md:flex-col md:overflow-visible md:py-2"
    >
      {PLACES.filter((place) => permissions.includes(place.needs)).map(({ to, label, icon: Icon }) => (
        <NavLink
          key={to}
          to={to}
          className={({ isActive }) =>
            cx(
              "flex h-8 shrink-0 items-center gap-2 rounded-md px-2.5 text-sm font-medium -outline-offset-2",
              isActive ? "bg-hover text-ink" : "text-muted hover:bg-hover hover:text-ink",
            )
          }
        >
          <Icon aria-hidden className="size-4 shrink-0" />
          {label}
        </NavLink>
      ))}
    </nav>
  );
}
