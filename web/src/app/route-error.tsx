import { Bug } from "lucide-react";
import { useRouteError } from "react-router";

import { Button } from "../ui/button.js";
import { EmptyState } from "../ui/empty-state.js";

/** Stands in place of a page that broke. */
export function RouteError() {
  const error = useRouteError();
  return (
    <main role="alert">
      <title>Something broke · RedFlag</title>
      <EmptyState icon={Bug} title="This page broke">
        <p>
          Nothing on the server was changed by this. Reload the page; if it breaks again, report it with this
          text:
        </p>
        <pre className="overflow-x-auto rounded-md border border-line bg-panel p-3 text-left font-mono text-xs whitespace-pre-wrap">
          {error instanceof Error ? error.message : String(error)}
        </pre>
        <Button onClick={() => location.reload()}>Reload</Button>
      </EmptyState>
    </main>
  );
}
