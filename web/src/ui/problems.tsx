import { Notice } from "./notice.js";

interface ProblemsProps {
  readonly error: string | undefined;
  readonly errors: readonly { readonly message: string }[];
}

/** What is wrong with a form as a whole. */
export function Problems({ error, errors }: ProblemsProps) {
  const messages = [...(error ? [error] : []), ...errors.map(({ message }) => message)];
  return messages.map((message) => (
    <Notice key={message} tone="bad" isUrgent>
      {message}
    </Notice>
  ));
}
