import { cx } from "./cx.js";

interface SelectMenuProps {
  readonly label: string;
  /** What an empty value is called, for example "All agents". */
  readonly all: string;
  readonly options: readonly { readonly value: string; readonly label: string }[];
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** A choice of one in a filter bar. */
export function SelectMenu({ label, all, options, value, onChange }: SelectMenuProps) {
  return (
    <select
      aria-label={label}
      value={value}
      onChange={(event) => onChange(event.target.value)}
      className={cx(
        "h-8 max-w-52 truncate rounded-md border px-2 text-sm",
        value ? "border-accent bg-accent-soft text-accent" : "border-line-strong bg-raised text-muted",
      )}
    >
      <option value="">{all}</option>
      {options.map((option) => (
        <option key={option.value} value={option.value}>
          {option.label}
        </option>
      ))}
    </select>
  );
}
