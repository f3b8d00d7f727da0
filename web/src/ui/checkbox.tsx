import { type ComponentPropsWithRef, type ReactNode, useId } from "react";

import { cx } from "./cx.js";

interface CheckboxProps extends Omit<ComponentPropsWithRef<"input">, "type"> {
  /** Some, but not all, of what it stands for is on. */
  readonly isMixed?: boolean;
}

/** The browser's own checkbox in our colour; a click hands over the Shift key. */
export function Checkbox({ isMixed = false, className, ...rest }: CheckboxProps) {
  return (
    <input
      type="checkbox"
      {...rest}
      ref={(input) => {
        if (input) input.indeterminate = isMixed;
      }}
      className={cx("size-4 shrink-0 cursor-pointer accent-accent-strong", className)}
    />
  );
}

/** A checkbox with its label beside it. */
export function CheckField({ children, ...rest }: CheckboxProps & { readonly children: ReactNode }) {
  const id = useId();
  return (
    <div className="flex items-start gap-2">
      <Checkbox id={id} {...rest} className="mt-0.5" />
      <label htmlFor={id}>{children}</label>
    </div>
  );
}
