import { Navigate, Route, Routes } from "react-router";

import { LoginPage } from "../features/access/login-page.js";
import { OperatorsPage } from "../features/access/operators-page.js";
import { SetupPage } from "../features/access/setup-page.js";
import { TokensPage } from "../features/access/tokens-page.js";
import { AgentPage } from "../features/agents/agent-page.js";
import { AgentsPage } from "../features/agents/agents-page.js";
import { CommandPage } from "../features/commands/command-page.js";
import { CommandsPage } from "../features/commands/commands-page.js";
import { HistoryPage } from "../features/history/history-page.js";
import { PlansPage } from "../features/plans/plans-page.js";
import { UpdatesPage } from "../features/updates/updates-page.js";
import { NotFoundPage } from "./not-found-page.js";
import { SessionGate } from "./session-gate.js";
import { Shell } from "./shell.js";

/** Every address of the page. */
export function AppRoutes() {
  return (
    <Routes>
      <Route element={<SessionGate />}>
        <Route path="/setup" element={<SetupPage />} />
        <Route path="/login" element={<LoginPage />} />
        <Route element={<Shell />}>
          <Route index element={<Navigate to="/agents" replace />} />
          <Route path="/agents" element={<AgentsPage />} />
          <Route path="/agents/:id" element={<AgentPage />} />
          <Route path="/updates" element={<UpdatesPage />} />
          <Route path="/plans" element={<PlansPage />} />
          <Route path="/commands" element={<CommandsPage />} />
          <Route path="/commands/:id" element={<CommandPage />} />
          <Route path="/history" element={<HistoryPage />} />
          <Route path="/tokens" element={<TokensPage />} />
          <Route path="/operators" element={<OperatorsPage />} />
          <Route path="*" element={<NotFoundPage />} />
        </Route>
      </Route>
    </Routes>
  );
}
