import { Compass } from "lucide-react";

import { ButtonLink } from "../ui/button.js";
import { EmptyState } from "../ui/empty-state.js";
import { Page } from "../ui/page.js";

/** An address that names no page. */
export function NotFoundPage() {
  return (
    <Page title="No such page">
      <EmptyState icon={Compass} title="Nothing lives at this address">
        <ButtonLink to="/agents">To the agents</ButtonLink>
      </EmptyState>
    </Page>
  );
}
