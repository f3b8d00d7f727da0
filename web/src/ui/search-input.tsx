import { Search } from "lucide-react";
import { useEffect, useState } from "react";

interface SearchInputProps {
  readonly label: string;
  readonly value: string;
  /** Called when typing has paused for a moment. */
  readonly onChange: (value: string) => void;
}

const PAUSE_MILLISECONDS = 250;

/** A search box that waits for a pause in typing. */
export function SearchInput({ label, value, onChange }: SearchInputProps) {
  const [draft, setDraft] = useState<string | null>(null);
  useEffect(() => {
    if (draft === null) return undefined;
    const timer = setTimeout(() => {
      setDraft(null);
      if (draft !== value) onChange(draft);
    }, PAUSE_MILLISECONDS);
    return () => clearTimeout(timer);
  }, [draft, value, onChange]);
  return (
    <div className="relative min-w-40 flex-1 sm:max-w-64">
      <Search aria-hidden className="pointer-events-none absolute top-2 left-2.5 size-4 text-faint" />
      <input
        type="search"
        aria-label={label}
        placeholder={label}
        value={draft ?? value}
        onChange={(event) => setDraft(event.target.value)}
        className="h-8 w-full rounded-md border border-line-strong bg-raised pr-2 pl-8 text-sm placeholder:text-faint"
      />
    </div>
  );
}
