import "./app/styles.css";

import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { BrowserRouter } from "react-router";

import { ErrorBoundary } from "./app/error-boundary.js";
import { AppRoutes } from "./app/routes.js";
import { SessionProvider } from "./app/session.js";
import { ToastProvider } from "./ui/toast.js";

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no element #root");
createRoot(root).render(
  <StrictMode>
    <ErrorBoundary>
      <ToastProvider>
        <SessionProvider>
          <BrowserRouter>
            <AppRoutes />
          </BrowserRouter>
        </SessionProvider>
      </ToastProvider>
    </ErrorBoundary>
  </StrictMode>,
);
