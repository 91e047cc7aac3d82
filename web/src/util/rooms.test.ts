import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

/** One direction: a room imports only those before it. Folders of `pages` do not import each other. */
const ROOMS = ["util", "ui", "api", "live", "components", "forms", "pages", "routes"];
const SRC = join(import.meta.dirname, "..");
const IMPORT = /(?:from|import)\s*\(?\s*["']([^"']+)["']/g;

const files = readdirSync(SRC, { recursive: true, encoding: "utf8" })
  .map((file) => file.replaceAll("\\", "/"))
  .filter((file) => /\.tsx?$/.test(file) && ROOMS.includes(file.split("/")[0] ?? ""));

function imports(file: string): string[] {
  return [...readFileSync(join(SRC, file), "utf8").matchAll(IMPORT)].map((found) => found[1] ?? "");
}

function wrong(file: string, target: string): boolean {
  if (target.startsWith("../..") || target.startsWith("../")) return true;
  if (!target.startsWith("#")) return false;
  const [room, page] = file.split("/");
  const [wanted, wantedPage] = target.slice(1).split("/");
  if (room === "pages" && wanted === "pages") return page !== wantedPage;
  return ROOMS.indexOf(wanted ?? "") > ROOMS.indexOf(room ?? "");
}

test("imports go one way; other rooms are named by #room/file", () => {
  const found = files.flatMap((file) =>
    imports(file)
      .filter((target) => wrong(file, target))
      .map((target) => `${file} imports ${target}`),
  );
  expect(files.length).toBeGreaterThan(20);
  expect(found).toEqual([]);
});
