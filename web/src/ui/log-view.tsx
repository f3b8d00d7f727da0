import { useVirtualizer } from "@tanstack/react-virtual";
import { ArrowDownToLine, Pause } from "lucide-react";
import { useEffect, useRef, useState } from "react";

import { Button } from "./button.js";

/** One line of output. */
export interface LogLine {
  /** Counts from 1; shown as the line's number. */
  readonly sequence: number;
  readonly text: string;
}

const LINE_HEIGHT = 20;
const NEAR_BOTTOM = 40;

/** Output of any length: only the lines in sight are in the document. It follows the end until somebody scrolls up. */
export function LogView({ label, lines }: { readonly label: string; readonly lines: readonly LogLine[] }) {
  const box = useRef<HTMLDivElement>(null);
  const [isFollowing, setFollowing] = useState(true);
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => box.current,
    estimateSize: () => LINE_HEIGHT,
    overscan: 20,
    useFlushSync: false,
  });
  useEffect(() => {
    if (isFollowing && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [isFollowing, lines]);
  const onScroll = () => {
    const element = box.current;
    if (!element) return;
    setFollowing(element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_BOTTOM);
  };
  const digits = String(lines.at(-1)?.sequence ?? 1).length;
  return (
    <div className="relative">
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- A scrolling box must be reachable by keyboard. */}
      <div
        ref={box}
        tabIndex={0}
        role="log"
        aria-live="off"
        aria-label={label}
        onScroll={onScroll}
        className="h-96 overflow-auto bg-page font-mono text-xs -outline-offset-2"
      >
        <div className="relative min-w-full" style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map((item) => {
            const line = lines[item.index];
            return (
              <div
                key={item.key}
                className="absolute top-0 left-0 flex h-5 w-max min-w-full items-center hover:bg-hover"
                style={{ transform: `translateY(${item.start}px)` }}
              >
                <span
                  aria-hidden
                  className="sticky left-0 box-content shrink-0 bg-page px-3 text-right text-faint select-none"
                  style={{ width: `${digits}ch` }}
                >
                  {line?.sequence}
                </span>
                <span className="pr-4 whitespace-pre">{line?.text}</span>
              </div>
            );
          })}
        </div>
      </div>
      <div className="absolute right-4 bottom-3">
        <Button
          size="sm"
          icon={isFollowing ? Pause : ArrowDownToLine}
          onClick={() => setFollowing(!isFollowing)}
        >
          {isFollowing ? "Pause" : "Follow"}
        </Button>
      </div>
    </div>
  );
}
