import { LoaderCircle, type LucideIcon } from "lucide-react";
import type { ComponentPropsWithRef, ReactNode } from "react";
import { Link } from "react-router";

import { cx } from "./cx.js";
import { Tooltip } from "./tooltip.js";

type Variant = "primary" | "secondary" | "ghost" | "danger";

const BASE =
  "inline-flex shrink-0 items-center justify-center gap-1.5 rounded-md border font-medium whitespace-nowrap transition-colors select-none aria-disabled:cursor-not-allowed aria-disabled:opacity-55";

const VARIANT = {
  primary: "border-transparent bg-accent-strong text-accent-ink not-aria-disabled:hover:brightness-110",
  secondary: "border-line-strong bg-raised text-ink not-aria-disabled:hover:bg-hover",
  ghost: "border-transparent text-muted not-aria-disabled:hover:bg-hover not-aria-disabled:hover:text-ink",
  danger: "border-transparent bg-bad-strong text-white not-aria-disabled:hover:brightness-110",
} as const satisfies Record<Variant, string>;

const SIZE = { sm: "h-7 px-2 text-xs", md: "h-8 px-3 text-sm" } as const;

interface Look {
  readonly variant?: Variant;
  readonly size?: keyof typeof SIZE;
  readonly icon?: LucideIcon | undefined;
}

interface ButtonProps extends Omit<ComponentPropsWithRef<"button">, "disabled">, Look {
  /** Shows a spinner and ignores clicks. */
  readonly busy?: boolean;
  /** Why it cannot be pressed now: it stays reachable by keyboard and says this. */
  readonly blocked?: string | false | undefined;
}

const look = ({ variant = "secondary", size = "md" }: Look, extra?: string) =>
  cx(BASE, VARIANT[variant], SIZE[size], extra);

/** A button. It is never `disabled`, so that keyboard and screen reader users learn why it does nothing. */
export function Button(props: ButtonProps) {
  const { variant, size, icon: Icon, busy = false, blocked, children, onClick, className, ...rest } = props;
  const inert = busy || Boolean(blocked);
  return (
    <Tooltip text={blocked || ""}>
      <button
        type="button"
        {...rest}
        aria-disabled={inert || undefined}
        aria-busy={busy || undefined}
        onClick={(event) => {
          if (inert) return event.preventDefault();
          onClick?.(event);
        }}
        className={look({ ...(variant && { variant }), ...(size && { size }) }, className)}
      >
        {busy ? (
          <LoaderCircle aria-hidden className="size-4 animate-spin" />
        ) : (
          Icon && <Icon aria-hidden className="size-4" />
        )}
        {children}
      </button>
    </Tooltip>
  );
}

interface IconButtonProps extends ComponentPropsWithRef<"button"> {
  /** The name that a screen reader says and a tooltip shows. */
  readonly label: string;
  readonly icon: LucideIcon;
  readonly hasTooltip?: boolean;
}

/** A button with an icon only. */
export function IconButton({ label, icon: Icon, hasTooltip = true, className, ...rest }: IconButtonProps) {
  return (
    <Tooltip text={hasTooltip && label}>
      <button
        type="button"
        aria-label={label}
        {...rest}
        className={cx(
          "inline-flex size-8 shrink-0 items-center justify-center rounded-md text-muted hover:bg-hover hover:text-ink",
          className,
        )}
      >
        <Icon aria-hidden className="size-4" />
      </button>
    </Tooltip>
  );
}

/** A link that looks like a button. */
export function ButtonLink(props: Look & { readonly to: string; readonly children: ReactNode }) {
  const { to, icon: Icon, children } = props;
  return (
    <Link to={to} className={look(props)}>
      {Icon && <Icon aria-hidden className="size-4" />}
      {children}
    </Link>
  );
}
