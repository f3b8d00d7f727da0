import "./app/styles.css";

import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { RouterProvider } from "react-router/dom";

import { createRouter } from "./app/router.js";
import { SessionProvider } from "./app/session.js";
import { ToastProvider } from "./ui/toast.js";

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no element #root");
createRoot(root).render(
  <StrictMode>
    <ToastProvider>
      <SessionProvider>
        <RouterProvider router={createRouter()} />
      </SessionProvider>
    </ToastProvider>
  </StrictMode>,
);
