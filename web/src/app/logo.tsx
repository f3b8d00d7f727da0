/** The name with its flag. */
export function Logo() {
  return (
    <span className="inline-flex items-center gap-2 text-base font-semibold tracking-tight">
      <svg aria-hidden viewBox="0 0 24 24" className="size-5">
        <path className="stroke-faint" fill="none" strokeWidth="2.4" strokeLinecap="round" d="M5 2.8v18.4" />
        <path
          className="fill-flag"
          d="M6.4 3.6h12.9c.8 0 1.2.9.7 1.5L16.6 9l3.4 3.9c.5.6.1 1.5-.7 1.5H6.4z"
        />
      </svg>
      RedFlag
    </span>
  );
}
