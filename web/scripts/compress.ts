/** Writes a .br and a .gz beside each file of the build, so that the server need not compress. */
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import type { Plugin } from "vite";

const WORTH = /\.(js|css|html|svg|json)$/;
const SMALLEST_BYTES = 1024;

export function compressed(folder: string): Plugin {
  return {
    name: "athanor-compressed",
    apply: "build",
    closeBundle() {
      for (const file of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
        const path = join(folder, file);
        if (WORTH.test(file) && statSync(path).size >= SMALLEST_BYTES) compress(path);
      }
    },
  };
}

function compress(path: string): void {
  const content = readFileSync(path);
  const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } };
  writeFileSync(`${path}.gz`, gzipSync(content, { level: 9 }));
  writeFileSync(`${path}.br`, brotliCompressSync(content, quality));
}
