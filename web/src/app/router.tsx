import { createBrowserRouter, Navigate } from "react-router";

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
import { RouteError } from "./route-error.js";
import { SessionGate } from "./session-gate.js";
import { Shell } from "./shell.js";

/** Every address of the page. */
export const createRouter = () =>
  createBrowserRouter([
    {
      element: <SessionGate />,
      errorElement: <RouteError />,
      children: [
        { path: "/setup", element: <SetupPage /> },
        { path: "/login", element: <LoginPage /> },
        {
          element: <Shell />,
          children: [
            {
              errorElement: <RouteError />,
              children: [
                { index: true, element: <Navigate to="/agents" replace /> },
                { path: "/agents", element: <AgentsPage /> },
                { path: "/agents/:id", element: <AgentPage /> },
                { path: "/updates", element: <UpdatesPage /> },
                { path: "/plans", element: <PlansPage /> },
                { path: "/commands", element: <CommandsPage /> },
                { path: "/commands/:id", element: <CommandPage /> },
                { path: "/history", element: <HistoryPage /> },
                { path: "/tokens", element: <TokensPage /> },
                { path: "/operators", element: <OperatorsPage /> },
                { path: "*", element: <NotFoundPage /> },
              ],
            },
          ],
        },
      ],
    },
  ]);
