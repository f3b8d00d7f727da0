import { type ComponentPropsWithRef, type ReactNode, useId } from "react";

import { cx } from "./cx.js";

const CONTROL =
  "w-full rounded-md border border-line-strong bg-raised px-2.5 text-sm text-ink placeholder:text-faint aria-invalid:border-bad";

interface FieldProps {
  readonly label: string;
  /** The rule or the meaning, always visible. */
  readonly help?: ReactNode;
  /** What is wrong with the value now. */
  readonly error?: string | undefined;
}

function Field(props: FieldProps & { readonly id: string; readonly children: ReactNode }) {
  const { id, label, help, error, children } = props;
  return (
    <div className="space-y-1">
      <label htmlFor={id} className="block text-sm font-medium">
        {label}
      </label>
      {children}
      {error && (
        <p id={`${id}-error`} className="text-xs font-medium text-bad">
          {error}
        </p>
      )}
      {help && (
        <p id={`${id}-help`} className="text-xs text-muted">
          {help}
        </p>
      )}
    </div>
  );
}

const describedBy = (id: string, { help, error }: FieldProps) =>
  cx(error && `${id}-error`, Boolean(help) && `${id}-help`) || undefined;

/** A labelled input. */
export function TextField({
  label,
  help,
  error,
  className,
  ...rest
}: FieldProps & ComponentPropsWithRef<"input">) {
  const id = useId();
  return (
    <Field id={id} label={label} help={help} error={error}>
      <input
        id={id}
        {...rest}
        aria-invalid={error ? true : undefined}
        aria-describedby={describedBy(id, { label, help, error })}
        className={cx(CONTROL, "h-9", className)}
      />
    </Field>
  );
}

/** A labelled text of several lines. */
export function TextAreaField({
  label,
  help,
  error,
  ...rest
}: FieldProps & ComponentPropsWithRef<"textarea">) {
  const id = useId();
  return (
    <Field id={id} label={label} help={help} error={error}>
      <textarea
        id={id}
        rows={3}
        {...rest}
        aria-invalid={error ? true : undefined}
        aria-describedby={describedBy(id, { label, help, error })}
        className={cx(CONTROL, "py-1.5")}
      />
    </Field>
  );
}

/** A labelled choice of one. */
export function SelectField({
  label,
  help,
  error,
  children,
  ...rest
}: FieldProps & ComponentPropsWithRef<"select">) {
  const id = useId();
  return (
    <Field id={id} label={label} help={help} error={error}>
      <select
        id={id}
        {...rest}
        aria-describedby={describedBy(id, { label, help, error })}
        className={cx(CONTROL, "h-9")}
      >
        {children}
      </select>
    </Field>
  );
}
