import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { type CSSProperties, type ReactNode, useEffect, useLayoutEffect, useRef, useState } from "react";

import { Checkbox } from "./checkbox.js";
import { cx } from "./cx.js";
import { useNarrow } from "./use-media.js";

/** One column of a table. */
export interface Column<Row> {
  readonly id: string;
  readonly header: string;
  /** A CSS grid track, for example `minmax(8rem,2fr)`. */
  readonly width: string;
  readonly cell: (row: Row) => ReactNode;
}

/** Lets rows be selected. */
export interface RowSelection<Row> {
  readonly ids: ReadonlySet<string>;
  /** What a row is called in the name of its checkbox. */
  readonly nameOf: (row: Row) => string;
  readonly onToggle: (id: string, isRange: boolean) => void;
  readonly onToggleAll: () => void;
}

interface DataTableProps<Row> {
  readonly label: string;
  readonly rows: readonly Row[];
  readonly idOf: (row: Row) => string;
  readonly columns: readonly Column<Row>[];
  /** The row as a card for narrow windows. */
  readonly card: (row: Row) => ReactNode;
  readonly selection?: RowSelection<Row> | undefined;
  /** Called when the last row comes near, to load more. */
  readonly onEnd?: (() => void) | undefined;
  /** How many rows there are in all; −1 when unknown. */
  readonly total?: number;
}

const ROW_HEIGHT = 44;
const CARD_HEIGHT = 104;
const NEAR_END = 12;

/** A table of any length: only the rows in sight are in the document; narrow windows show cards. */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const { label, rows, idOf, columns, card, selection, onEnd, total = rows.length } = props;
  const narrow = useNarrow();
  const body = useRef<HTMLDivElement>(null);
  const scrollMargin = useTopOf(body);
  const virtual = useWindowVirtualizer({
    count: rows.length,
    estimateSize: () => (narrow ? CARD_HEIGHT : ROW_HEIGHT),
    getItemKey: (index) => idOf(rows[index] as Row),
    overscan: 8,
    scrollMargin,
    useFlushSync: false,
  });
  useEffect(() => virtual.measure(), [narrow, virtual]);
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? -1;
  useEffect(() => {
    if (onEnd && last >= rows.length - NEAR_END) onEnd();
  }, [onEnd, last, rows.length]);
  const tracks = [selection && "1.25rem", ...columns.map((column) => column.width)].filter(Boolean).join(" ");
  const grid: CSSProperties | undefined = narrow ? undefined : { gridTemplateColumns: tracks };
  return (
    <div
      role="table"
      aria-label={label}
      aria-rowcount={total < 0 ? -1 : total + 1}
      className="-mb-px text-sm"
    >
      <TableHead
        columns={columns}
        narrow={narrow}
        grid={grid}
        rows={rows}
        idOf={idOf}
        selection={selection}
      />
      <div ref={body} role="rowgroup" className="relative" style={{ height: virtual.getTotalSize() }}>
        {items.map((item) => {
          const row = rows[item.index] as Row;
          const id = idOf(row);
          const isSelected = selection?.ids.has(id) ?? false;
          return (
            <div
              key={item.key}
              ref={virtual.measureElement}
              data-index={item.index}
              role="row"
              aria-rowindex={item.index + 2}
              className={cx(
                "absolute inset-x-0 top-0 border-b border-line px-4",
                narrow ? "flex gap-3 py-3" : "grid min-h-11 items-center gap-3 py-1.5",
                isSelected ? "bg-accent-soft/50" : "hover:bg-hover",
              )}
              style={{ transform: `translateY(${item.start - scrollMargin}px)`, ...grid }}
            >
              {selection && (
                <div role="cell" className="flex items-start pt-0.5">
                  <Checkbox
                    aria-label={`Select ${selection.nameOf(row)}`}
                    checked={isSelected}
                    onChange={(event) =>
                      selection.onToggle(
                        id,
                        (event.nativeEvent as unknown as { shiftKey?: boolean }).shiftKey === true,
                      )
                    }
                  />
                </div>
              )}
              {narrow ? (
                <div role="cell" className="min-w-0 flex-1">
                  {card(row)}
                </div>
              ) : (
                columns.map((column) => (
                  <div key={column.id} role="cell" className="min-w-0">
                    {column.cell(row)}
                  </div>
                ))
              )}
            </div>
          );
        })}
      </div>
    </div>
  );
}

interface TableHeadProps<Row> extends Pick<DataTableProps<Row>, "columns" | "rows" | "idOf" | "selection"> {
  readonly narrow: boolean;
  readonly grid: CSSProperties | undefined;
}

function TableHead<Row>({ columns, narrow, grid, rows, idOf, selection }: TableHeadProps<Row>) {
  const selected = selection ? rows.filter((row) => selection.ids.has(idOf(row))).length : 0;
  const all = rows.length > 0 && selected === rows.length;
  return (
    <div role="rowgroup">
      <div
        role="row"
        aria-rowindex={1}
        style={grid}
        className={cx(
          "items-center gap-3 border-b border-line px-4 py-2 text-xs font-medium text-muted",
          narrow ? (selection ? "flex" : "sr-only") : "grid",
        )}
      >
        {selection && (
          <div role="columnheader" className="flex items-center gap-3">
            <Checkbox
              aria-label="Select all loaded rows"
              checked={all}
              isMixed={selected > 0 && !all}
              onChange={selection.onToggleAll}
            />
            {narrow && <span aria-hidden>Select all loaded</span>}
          </div>
        )}
        {columns.map((column) => (
          <div key={column.id} role="columnheader" className={cx("truncate", narrow && "sr-only")}>
            {column.header}
          </div>
        ))}
      </div>
    </div>
  );
}

/** The distance of an element from the top of the document in pixels, measured after every paint of the parent. */
function useTopOf(element: { readonly current: HTMLElement | null }): number {
  const [top, setTop] = useState(0);
  useLayoutEffect(() => {
    const measure = () => {
      const rect = element.current?.getBoundingClientRect();
      if (rect) setTop(Math.round(rect.top + window.scrollY));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(document.body);
    return () => observer.disconnect();
  }, [element]);
  return top;
}
