/** From the button to the stored instance: checked first, and what is refused is shown where it belongs. */
import { type RefObject, useRef, useState } from "react";
import { messageOf, Problem } from "#api/problem";
import type { Form } from "#forms/form";
import { toast } from "#ui/toast";
import type { Named } from "#util/place";
import { DETAIL_OF, type Detail, meant } from "./details";
import type { DetailsInput } from "./useDetails";

export type Filled = ReturnType<typeof meant> & { configuration: Named };
export type Save = (filled: Filled) => Promise<void>;

type Parts = {
  page: RefObject<HTMLElement | null>;
  details: DetailsInput;
  form: Form | undefined;
  readable: boolean;
};

export function useSaving({ page, details, form, readable }: Parts) {
  const [busy, setBusy] = useState(false);
  const sending = useRef(false);
  const refuse = (error: unknown) => {
    const problems = error instanceof Problem ? error.errors : [];
    const ofDetails: Partial<Record<Detail, string>> = {};
    const ofValues = [];
    for (const { path, message } of problems) {
      const detail = DETAIL_OF[path];
      if (detail) ofDetails[detail] = message;
      else ofValues.push({ path: path.replace(/^configuration\.?/, ""), message });
    }
    details.refuse(ofDetails);
    form?.refuse(ofValues);
    form?.reveal();
    if (problems.length === 0) toast.error(messageOf(error), "Not saved");
    focusFirstProblem(page);
  };
  const send = async (save: Save) => {
    if (sending.current || !form) return;
    sending.current = true;
    setBusy(true);
    try {
      const fits = await form.check();
      form.reveal();
      details.revealAll();
      if (!fits || !readable || details.wrong > 0) focusFirstProblem(page);
      else await save({ ...meant(details.values), configuration: form.value });
    } catch (error) {
      refuse(error);
    } finally {
      sending.current = false;
      setBusy(false);
    }
  };
  return { busy, send };
}

const WRONG = "[aria-invalid=true], [data-problem]";

/** After what is wrong has been drawn. */
function focusFirstProblem(page: RefObject<HTMLElement | null>): void {
  requestAnimationFrame(() =>
    requestAnimationFrame(() => {
      const first = page.current?.querySelector<HTMLElement>(WRONG);
      first?.scrollIntoView({ block: "center" });
      first?.focus({ preventScroll: true });
    }),
  );
}
