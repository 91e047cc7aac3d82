import { resolve } from "node:path";
import react from "@vitejs/plugin-react";
import { defineConfig, type Rolldown } from "vite";
import { compressed } from "./scripts/compress.ts";

const built = resolve(import.meta.dirname, "../src/athanor/server/static");
/** The running server that `make dev` asks; it checks Host and Origin, so both are made its own. */
const server = process.env.ATHANOR_URL ?? "http://127.0.0.1:4000";

/**
 * Few files: by itself the bundler makes one of each module that two pages share, 40 for a run.
 * The form, shared by two, stays apart: small groups are joined, and the dashboard would load it.
 */
const chunks: Rolldown.CodeSplittingGroup[] = [
  { name: "initial", tags: ["$initial"] },
  {
    name: "shared",
    test: (id) => !/\/src\/(forms|pages)\//.test(id),
    minShareCount: 2,
    entriesAware: true,
    entriesAwareMergeThreshold: 20_000,
  },
];

export default defineConfig({
  plugins: [react(), compressed(built)],
  resolve: { alias: [{ find: /^#/, replacement: `${resolve(import.meta.dirname, "src")}/` }] },
  build: {
    outDir: built,
    emptyOutDir: true,
    target: "es2022",
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      output: {
        codeSplitting: { groups: chunks },
        chunkFileNames: ({ name }) => `assets/${name.split("~")[0]}-[hash].js`,
      },
    },
  },
  server: {
    port: 5173,
    proxy: {
      "/api": { target: server, changeOrigin: true, ws: true, headers: { origin: server } },
    },
  },
});
