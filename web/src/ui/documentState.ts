/** The tab tells the state of what it shows: people keep twenty of them. */
import { useEffect } from "react";
import type { Status } from "#util/status";

const COLOURS: Record<Status, string> = {
  pending: "#7a8a98",
  running: "#2f7fe0",
  completed: "#2a9d50",
  failed: "#d63b3b",
  cancelled: "#c98a1b",
};
const SHAPES: Record<Status, string> = {
  pending:
    '<circle cx="16" cy="16" r="7" fill="none" stroke="#fff" stroke-width="3" stroke-dasharray="4 3"/>',
  running: '<path d="M12 9v14l11-7z" fill="#fff"/>',
  completed: '<path d="m9 16.500 5 5 9.500-11" fill="none" stroke="#fff" stroke-width="4"/>',
  failed: '<path d="m10 10 12 12m0-12L10 22" stroke="#fff" stroke-width="4"/>',
  cancelled: '<path d="M9 16h14" stroke="#fff" stroke-width="4"/>',
};

/** Title and, where there is one, the status as the favicon. */
export function useDocumentState(title: string, status?: Status): void {
  useEffect(() => {
    document.title = title ? `${title} · Athanor` : "Athanor";
    const icon = document.querySelector<HTMLLinkElement>("link[rel=icon]");
    if (icon) icon.href = status ? favicon(status) : "/favicon.svg";
  }, [title, status]);
}

function favicon(status: Status): string {
  const rect = `<rect width="32" height="32" rx="6" fill="${COLOURS[status]}"/>`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">${rect}${SHAPES[status]}</svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}
