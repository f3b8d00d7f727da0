import { Bug } from "lucide-react";
import { Component, type ReactNode } from "react";

import { Button } from "../ui/button.js";
import { EmptyState } from "../ui/empty-state.js";

interface ErrorBoundaryProps {
  readonly children: ReactNode;
}

/** Stands in place of whatever broke inside it. React catches such errors in classes only. */
export class ErrorBoundary extends Component<ErrorBoundaryProps, { readonly error: unknown }> {
  override state: { readonly error: unknown } = { error: undefined };

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override render() {
    const { error } = this.state;
    if (error === undefined) return this.props.children;
    return (
      <div role="alert">
        <title>Something broke · RedFlag</title>
        <EmptyState icon={Bug} title="This page broke">
          <p>
            Nothing on the server was changed by this. Reload the page; if it breaks again, report it with
            this text:
          </p>
          <pre className="overflow-x-auto rounded-md border border-line bg-panel p-3 text-left font-mono text-xs whitespace-pre-wrap">
            {error instanceof Error ? error.message : String(error)}
          </pre>
          <Button onClick={() => location.reload()}>Reload</Button>
        </EmptyState>
      </div>
    );
  }
}
