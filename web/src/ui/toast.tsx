import { CircleAlert, CircleCheck, X } from "lucide-react";
import { createContext, type ReactNode, useCallback, useContext, useMemo, useRef, useState } from "react";

import { IconButton } from "./button.js";
import { TEXT_TONE } from "./tone.js";

interface Toast {
  readonly id: number;
  readonly tone: "good" | "bad";
  readonly text: string;
}

type ShowToast = (text: string, tone?: Toast["tone"]) => void;

const ToastContext = createContext<ShowToast>(() => undefined);
const VISIBLE_MILLISECONDS = 6_000;
const MOST_AT_ONCE = 3;

/** Shows one short sentence for a few seconds and says it to screen readers. */
export const useToast = (): ShowToast => useContext(ToastContext);

/** Holds the toasts of the page. */
export function ToastProvider({ children }: { readonly children: ReactNode }) {
  const [toasts, setToasts] = useState<readonly Toast[]>([]);
  const nextId = useRef(1);
  const drop = useCallback((id: number) => setToasts((all) => all.filter((toast) => toast.id !== id)), []);
  const show = useCallback<ShowToast>(
    (text, tone = "good") => {
      const id = nextId.current++;
      setToasts((all) => [...all, { id, tone, text }].slice(-MOST_AT_ONCE));
      setTimeout(() => drop(id), VISIBLE_MILLISECONDS);
    },
    [drop],
  );
  const list = useMemo(
    () => toasts.map((toast) => <ToastCard key={toast.id} toast={toast} onClose={() => drop(toast.id)} />),
    [toasts, drop],
  );
  return (
    <ToastContext value={show}>
      {children}
      <div
        role="status"
        aria-live="polite"
        className="pointer-events-none fixed inset-x-3 bottom-[calc(var(--keep-clear,0px)+0.75rem)] z-50 flex flex-col items-center gap-2 sm:items-end"
      >
        {list}
      </div>
    </ToastContext>
  );
}

function ToastCard({ toast, onClose }: { readonly toast: Toast; readonly onClose: () => void }) {
  const Icon = toast.tone === "good" ? CircleCheck : CircleAlert;
  return (
    <div className="pointer-events-auto flex w-full max-w-96 items-center gap-2 rounded-md border border-line-strong bg-raised py-1 pr-1 pl-3 text-sm shadow-lg">
      <Icon aria-hidden className={`size-4 shrink-0 ${TEXT_TONE[toast.tone]}`} />
      <p className="min-w-0 flex-1 py-1">{toast.text}</p>
      <IconButton label="Dismiss" icon={X} onClick={onClose} />
    </div>
  );
}
