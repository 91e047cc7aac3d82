import { resolve } from "node:path";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { compressed } from "./scripts/compress.ts";

const built = resolve(import.meta.dirname, "../src/athanor/server/static");
/** The running server that `make dev` asks; it checks Host and Origin, so both are made its own. */
const server = process.env.ATHANOR_URL ?? "http://127.0.0.1:4000";

export default defineConfig({
  plugins: [react(), compressed(built)],
  resolve: { alias: [{ find: /^#/, replacement: `${resolve(import.meta.dirname, "src")}/` }] },
  build: { outDir: built, emptyOutDir: true, target: "es2022", chunkSizeWarningLimit: 700 },
  server: {
    port: 5173,
    proxy: {
      "/api": { target: server, changeOrigin: true, ws: true, headers: { origin: server } },
    },
  },
});
