/** So many are read at a glance; more are opened by whoever wants them. */
const AT_A_GLANCE = 5;

/** Sentences that say why. */
export function ReasonList({ reasons }: { readonly reasons: readonly string[] }) {
  const rest = reasons.slice(AT_A_GLANCE);
  return (
    <>
      <Sentences sentences={reasons.slice(0, AT_A_GLANCE)} />
      {rest.length > 0 && (
        <details>
          <summary className="cursor-pointer text-sm text-muted">{`${rest.length} more`}</summary>
          <Sentences sentences={rest} />
        </details>
      )}
    </>
  );
}

function Sentences({ sentences }: { readonly sentences: readonly string[] }) {
  return (
    <ul className="list-disc space-y-0.5 pl-4 text-sm break-words">
      {[...new Set(sentences)].map((sentence) => (
        <li key={sentence}>{sentence}</li>
      ))}
    </ul>
  );
}
