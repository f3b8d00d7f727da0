import { Check, Copy } from "lucide-react";
import { useState } from "react";

import { Button } from "./button.js";

/** A text to be taken away by one click: a secret or a command line. */
export function CopyField({ label, value }: { readonly label: string; readonly value: string }) {
  const [copied, setCopied] = useState<"no" | "yes" | "failed">("no");
  const copy = async () => {
    try {
      // The clipboard is missing on plain http addresses other than localhost; that throws, too.
      await navigator.clipboard.writeText(value);
      setCopied("yes");
    } catch {
      setCopied("failed");
    }
  };
  return (
    <div className="space-y-1">
      <div className="flex items-center justify-between gap-2">
        <span className="text-sm font-medium">{label}</span>
        <Button size="sm" icon={copied === "yes" ? Check : Copy} onClick={() => void copy()}>
          {copied === "yes" ? "Copied" : "Copy"}
        </Button>
      </div>
      <pre className="rounded-md border border-line bg-hover p-2.5 font-mono text-xs break-all whitespace-pre-wrap select-all">
        {value}
      </pre>
      <p role="status" className="text-xs text-muted">
        {copied === "failed" && "The browser refused to copy: select the text and copy it by hand."}
      </p>
    </div>
  );
}
