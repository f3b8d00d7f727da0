import { Check, ChevronDown } from "lucide-react";
import { DropdownMenu as Radix } from "radix-ui";

import { cx } from "./cx.js";
import { usePortal } from "./portal.js";

interface FilterMenuProps<Value extends string> {
  readonly label: string;
  readonly options: readonly { readonly value: Value; readonly label: string }[];
  readonly chosen: readonly Value[];
  readonly onChange: (chosen: readonly Value[]) => void;
}

/** A menu of check marks that narrows a list; nothing chosen means everything. */
export function FilterMenu<Value extends string>({
  label,
  options,
  chosen,
  onChange,
}: FilterMenuProps<Value>) {
  const container = usePortal();
  const toggle = (value: Value) =>
    onChange(chosen.includes(value) ? chosen.filter((each) => each !== value) : [...chosen, value]);
  const shown = options.filter((option) => chosen.includes(option.value)).map((option) => option.label);
  return (
    <Radix.Root modal={false}>
      <Radix.Trigger
        className={cx(
          "inline-flex h-8 max-w-56 items-center gap-1.5 rounded-md border px-2.5 text-sm",
          shown.length > 0
            ? "border-accent bg-accent-soft text-accent"
            : "border-line-strong bg-raised text-muted hover:bg-hover hover:text-ink",
        )}
      >
        <span className="truncate">{shown.length > 0 ? `${label}: ${shown.join(", ")}` : label}</span>
        <ChevronDown aria-hidden className="size-3.5 shrink-0" />
      </Radix.Trigger>
      <Radix.Portal container={container}>
        <Radix.Content
          align="start"
          sideOffset={4}
          collisionPadding={8}
          className="z-40 max-h-80 min-w-44 overflow-y-auto rounded-md border border-line bg-raised p-1 text-sm shadow-lg"
        >
          {options.map((option) => (
            <Radix.CheckboxItem
              key={option.value}
              checked={chosen.includes(option.value)}
              onCheckedChange={() => toggle(option.value)}
              onSelect={(event) => event.preventDefault()}
              className="flex items-center gap-2 rounded px-2 py-1.5 outline-none data-highlighted:bg-hover"
            >
              <span className="flex size-4 items-center justify-center rounded-sm border border-line-strong">
                <Radix.ItemIndicator>
                  <Check aria-hidden className="size-3.5 text-accent" />
                </Radix.ItemIndicator>
              </span>
              {option.label}
            </Radix.CheckboxItem>
          ))}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
