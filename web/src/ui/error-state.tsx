import { CloudOff } from "lucide-react";

import { Button } from "./button.js";
import { EmptyState } from "./empty-state.js";

interface ErrorStateProps {
  /** One sentence: what is wrong and what to do. */
  readonly message: string;
  readonly onRetry?: (() => void) | undefined;
}

/** Stands where content would be when it could not be loaded. */
export function ErrorState({ message, onRetry }: ErrorStateProps) {
  return (
    <div role="alert">
      <EmptyState icon={CloudOff} title="This could not be loaded">
        <p>{message}</p>
        {onRetry && <Button onClick={onRetry}>Try again</Button>}
      </EmptyState>
    </div>
  );
}
