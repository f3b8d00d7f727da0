import type { ReactNode } from "react";

/** Names and values in as many columns as fit. */
export function Facts({ children }: { readonly children: ReactNode }) {
  return (
    <dl className="grid grid-cols-2 gap-x-6 gap-y-3 p-4 sm:grid-cols-[repeat(auto-fill,minmax(10rem,1fr))]">
      {children}
    </dl>
  );
}

/** One name and its value; a missing value is said in words and never left blank. */
export function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-xs text-muted">{name}</dt>
      <dd className="text-sm">{children ?? <span className="text-faint">not reported</span>}</dd>
    </div>
  );
}
