import { ArrowDownToLine, Pause } from "lucide-react";
import { useLayoutEffect, useRef, useState } from "react";

import { Button } from "./button.js";
import { linesInSight } from "./lines-in-sight.js";

/** One line of output. */
export interface LogLine {
  /** Counts from 1; shown as the line's number. */
  readonly sequence: number;
  readonly text: string;
}

interface LogViewProps {
  readonly label: string;
  readonly lines: readonly LogLine[];
  /** Whether more may come; then a reader can choose whether the end is followed. */
  readonly isGrowing: boolean;
}

const LINE_HEIGHT = 20;
const BOX_HEIGHT = 384;
const NEAR_END = 40;

/** Output of any length: only the lines in sight are in the document. It follows the end until somebody scrolls up. */
export function LogView({ label, lines, isGrowing }: LogViewProps) {
  const box = useRef<HTMLDivElement>(null);
  const [isFollowing, setFollowing] = useState(true);
  const [top, setTop] = useState(0);
  // After every change and before the paint: otherwise a scroll event of the old height could be taken for a reader who scrolls up.
  useLayoutEffect(() => {
    if (isFollowing && box.current) box.current.scrollTop = box.current.scrollHeight;
  });
  const onScroll = () => {
    const element = box.current;
    if (!element) return;
    const isNearEnd = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_END;
    if (isNearEnd) setFollowing(true);
    else if (element.scrollTop < top) setFollowing(false);
    setTop(element.scrollTop);
  };
  const { from, to } = linesInSight({
    top,
    height: BOX_HEIGHT,
    lineHeight: LINE_HEIGHT,
    count: lines.length,
  });
  const digits = String(lines.at(-1)?.sequence ?? 1).length;
  return (
    <div className="relative">
      <div
        ref={box}
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- A scrolling box must be reachable by keyboard.
        tabIndex={0}
        role="log"
        aria-live="off"
        aria-label={label}
        onScroll={onScroll}
        className="h-96 overflow-auto bg-page font-mono text-xs -outline-offset-2 [overflow-anchor:none]"
      >
        <div className="relative min-w-full" style={{ height: lines.length * LINE_HEIGHT }}>
          <div
            className="absolute top-0 left-0 w-max min-w-full"
            style={{ transform: `translateY(${from * LINE_HEIGHT}px)` }}
          >
            {lines.slice(from, to).map((line) => (
              <div key={line.sequence} className="flex h-5 items-center hover:bg-hover">
                <span
                  aria-hidden
                  className="sticky left-0 box-content shrink-0 bg-page px-3 text-right text-faint select-none"
                  style={{ width: `${digits}ch` }}
                >
                  {line.sequence}
                </span>
                <span className="pr-4 whitespace-pre">{line.text}</span>
              </div>
            ))}
          </div>
        </div>
      </div>
      {isGrowing && (
        <div className="absolute right-4 bottom-3">
          <Button
            size="sm"
            icon={isFollowing ? Pause : ArrowDownToLine}
            onClick={() => setFollowing(!isFollowing)}
          >
            {isFollowing ? "Pause" : "Follow"}
          </Button>
        </div>
      )}
    </div>
  );
}
