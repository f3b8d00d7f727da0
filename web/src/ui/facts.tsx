import type { ReactNode } from "react";

/** Names and values; a missing value is said in a word and never left blank. */
export function Facts({ facts }: { readonly facts: readonly (readonly [name: string, value: ReactNode])[] }) {
  return (
    <dl className="grid grid-cols-[repeat(auto-fill,minmax(min(13rem,100%),1fr))] gap-x-6 gap-y-3 p-4">
      {facts.map(([name, value]) => (
        <div key={name} className="min-w-0">
          <dt className="text-xs text-muted">{name}</dt>
          <dd className="text-sm">{value ?? <span className="text-faint">not reported</span>}</dd>
        </div>
      ))}
    </dl>
  );
}
