/** There is no such thing: an unknown address, or an id that names nothing. */

import { Problem } from "#api/problem";
import { ButtonLink } from "#ui/links";
import { EmptyState, ErrorState } from "#ui/States";
import { Page } from "./Page";

export function Missing({ what = "page", detail }: { what?: string; detail?: string }) {
  const to = what === "run" ? "/runs" : "/experiments";
  return (
    <Page title="Not found">
      <EmptyState
        title={`404 – there is no such ${what}`}
        action={
          <ButtonLink to={to} variant="default">
            To the {to.slice(1)}
          </ButtonLink>
        }
      >
        {detail ?? "The address leads nowhere. What it named may have been deleted."}
      </EmptyState>
    </Page>
  );
}

/** What a page of one thing shows when asking for it failed. */
export function Failed({ what, error, retry }: { what: string; error: Error; retry: () => void }) {
  if (error instanceof Problem && error.isMissing)
    return <Missing what={what} detail={whyMissing(error)} />;
  return (
    <Page title={`This ${what} cannot be shown`}>
      <ErrorState error={error} retry={retry} />
    </Page>
  );
}

/** Of an id that cannot be one the server says what it must be. */
function whyMissing({ errors: [wrong], message }: Problem): string {
  return wrong ? `What the address names ${wrong.message}.` : message;
}
