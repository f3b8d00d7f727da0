import type { ReactNode } from "react";

import { ThemeToggle } from "../../ui/theme-toggle.js";

/** The frame of setup and login. */
export function EntryPage({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <main className="flex min-h-dvh flex-col items-center justify-center px-4 py-10">
      <title>{`${title} · RedFlag`}</title>
      <div className="fixed top-3 right-3">
        <ThemeToggle />
      </div>
      <div className="w-full max-w-sm">
        <img src="/favicon.svg" alt="" className="mb-4 size-9" />
        <h1 className="mb-1 text-xl font-semibold tracking-tight">{title}</h1>
        {children}
      </div>
    </main>
  );
}
