/** What a page or a panel shows when it has nothing to show, yet. */
import { Button, Skeleton, Stack } from "@mantine/core";
import type { ReactNode } from "react";
import { isLostPart } from "#util/errors";
import styles from "./States.module.css";

type EmptyProps = { title: string; children?: ReactNode; action?: ReactNode };

export function EmptyState({ title, children, action }: EmptyProps) {
  return (
    <div className={styles.state}>
      <div className={styles.title}>{title}</div>
      {children && <p className="dim">{children}</p>}
      {action}
    </div>
  );
}

/** Grey lines where rows will be. */
export function LoadingState({ rows = 5 }: { rows?: number }) {
  return (
    <Stack gap="sm" p="md" role="status" aria-label="Loading">
      {Array.from({ length: rows }, (_, at) => (
        <Skeleton key={at} height={18} radius="sm" width={`${92 - ((at * 17) % 40)}%`} />
      ))}
    </Stack>
  );
}

export function ErrorState({ error, retry }: { error: unknown; retry?: () => void }) {
  if (isLostPart(error)) return <LostPart />;
  const title = (error as { title?: string }).title ?? "Something went wrong";
  return (
    <div className={styles.state} role="alert">
      <div className={styles.title}>{title}</div>
      <p className="dim">{error instanceof Error ? error.message : String(error)}</p>
      {retry && (
        <Button variant="default" onClick={retry}>
          Try again
        </Button>
      )}
    </div>
  );
}

/** A page whose part of the build did not come: asking again needs a new page. */
function LostPart() {
  return (
    <div className={styles.state} role="alert">
      <div className={styles.title}>This part of the page could not be loaded</div>
      <p className="dim">The server is away, or was upgraded since this page was opened.</p>
      <Button variant="default" onClick={() => location.reload()}>
        Reload
      </Button>
    </div>
  );
}
