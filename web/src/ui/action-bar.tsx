import { type ComponentPropsWithoutRef, useLayoutEffect, useRef } from "react";

import { cx } from "./cx.js";

/** How much of the window's lower end messages have to leave free. */
const KEEP_CLEAR = "--keep-clear";
/** Where a few messages fit below the bar, because the page is short, they need not go above it. */
const ROOM_FOR_MESSAGES = 170;

/** A bar that stays in sight at the bottom of a long page: what can be done with what is chosen. */
export function ActionBar({ className, ...rest }: ComponentPropsWithoutRef<"div">) {
  const bar = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const { style } = document.documentElement;
    const measure = () => {
      const rect = bar.current?.getBoundingClientRect();
      if (!rect) return;
      const isRoomBelow = innerHeight - rect.bottom > ROOM_FOR_MESSAGES;
      style.setProperty(KEEP_CLEAR, isRoomBelow ? "0px" : `${Math.max(0, innerHeight - rect.top)}px`);
    };
    const observer = new ResizeObserver(measure);
    observer.observe(document.body);
    addEventListener("scroll", measure, { passive: true });
    addEventListener("resize", measure);
    measure();
    return () => {
      observer.disconnect();
      removeEventListener("scroll", measure);
      removeEventListener("resize", measure);
      style.removeProperty(KEEP_CLEAR);
    };
  }, []);
  return (
    <div
      ref={bar}
      {...rest}
      className={cx(
        "sticky bottom-3 z-30 flex flex-wrap items-center rounded-lg border border-line-strong bg-raised shadow-lg",
        className,
      )}
    />
  );
}
