import "@mantine/core/styles.css";
import "@mantine/notifications/styles.css";
import "#ui/base.css";
import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { makeCache } from "#api/cache";
import { LiveProvider } from "#live/LiveProvider";
import { router } from "#routes/router";
import { theme, themeMemory, variables } from "#ui/theme";

const cache = makeCache();

createRoot(document.getElementById("root") as HTMLElement).render(
  <StrictMode>
    <MantineProvider
      theme={theme}
      cssVariablesResolver={variables}
      colorSchemeManager={themeMemory}
      defaultColorScheme="auto"
    >
      <QueryClientProvider client={cache}>
        <LiveProvider>
          <RouterProvider router={router} context={{ cache }} />
        </LiveProvider>
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
