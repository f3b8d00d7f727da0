import type { ReactNode } from "react";
import { Link } from "react-router";

import { cx } from "./cx.js";

interface TextLinkProps {
  readonly to: string;
  readonly className?: string;
  readonly children: ReactNode;
}

/** A link inside the page. */
export function TextLink({ to, className, children }: TextLinkProps) {
  return (
    <Link
      to={to}
      className={cx("rounded-xs font-medium text-ink underline-offset-2 hover:underline", className)}
    >
      {children}
    </Link>
  );
}

/** A link out of the page. Only http and https become a link; anything else stays text. */
export function ExternalLink({ href, children }: { readonly href: string; readonly children: ReactNode }) {
  if (!isWebAddress(href)) return <>{children}</>;
  return (
    <a
      href={href}
      target="_blank"
      rel="noopener noreferrer"
      className="rounded-xs text-accent underline underline-offset-2"
    >
      {children}
    </a>
  );
}

/** Whether an address that a machine reported is safe to be a link: no `javascript:` and the like. */
export function isWebAddress(href: string): boolean {
  const url = URL.parse(href);
  return url?.protocol === "https:" || url?.protocol === "http:";
}
