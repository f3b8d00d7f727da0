import type { Plan } from "./plan-fragment.js";

/** Packages that have a newer version and that a plan leaves as they are, each with the reason. */
export function PlanKept({ kept }: { readonly kept: Plan["alsoKept"] }) {
  if (kept.length === 0) return null;
  return (
    <section className="space-y-1">
      <h3 className="px-4 text-xs font-semibold text-muted">{`Stays as it is (${kept.length})`}</h3>
      <ul aria-label="Stays as it is" className="divide-y divide-line">
        {kept.map(({ name, architecture, installedVersion, candidateVersion, reason }) => (
          <li
            key={`${name} ${architecture} ${installedVersion}`}
            className="flex flex-wrap items-baseline gap-x-4 gap-y-0.5 px-4 py-1.5 text-sm"
          >
            <span className="min-w-40 flex-1 font-medium">
              {name}
              {architecture && <span className="font-normal text-faint">:{architecture}</span>}
            </span>
            <span className="basis-full font-mono text-xs break-all text-muted sm:basis-40 sm:grow-2">
              {`${installedVersion} stays, ${candidateVersion} is there`}
            </span>
            <span className="basis-full text-xs break-words text-muted">{reason}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
