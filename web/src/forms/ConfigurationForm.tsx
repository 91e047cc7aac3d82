/** The configuration of an instance: as a form, or as YAML or JSON text of the same. */
import { SegmentedControl } from "@mantine/core";
import { type KeyboardEvent, lazy, Suspense, useState } from "react";
import { LoadingState } from "#ui/States";
import { plain } from "#util/configSchema";
import { Fields } from "./Field";
import { type Form, FormProvider, useForm, useProblem } from "./form";
import styles from "./forms.module.css";
import { Problem } from "./Labelled";
import type { View } from "./views";

const TextView = lazy(() => import("./TextView"));

const VIEWS = [
  { value: "form", label: "Form" },
  { value: "yaml", label: "YAML" },
  { value: "json", label: "JSON" },
] as const;

type Props = {
  form: Form;
  /** Without a schema there is only the text. */
  known?: boolean;
  /** How it is shown, and who is asked for another view. */
  view: View;
  setView: (view: View) => void;
  onReadable: (readable: boolean) => void;
};

export function ConfigurationForm({ form, known = true, onReadable, setView, ...asked }: Props) {
  const view = !known && asked.view === "form" ? "yaml" : asked.view;
  const [readable, setReadable] = useState(true);
  const [report] = useState(() => (is: boolean) => {
    setReadable(is);
    onReadable(is);
  });
  const empty = known && Object.keys(form.schema.properties ?? {}).length === 0;
  return (
    <FormProvider value={form}>
      <section className={`panel ${styles.configuration}`} aria-labelledby="configuration">
        <header className={styles.views}>
          <h2 id="configuration">Configuration</h2>
          {!empty && (
            <SegmentedControl
              size="xs"
              aria-label="View"
              // A text that cannot be read would be lost in another view.
              disabled={!readable}
              data={VIEWS.filter(({ value }) => known || value !== "form").map((v) => ({ ...v }))}
              value={view}
              onChange={(next) => setView(next as View)}
            />
          )}
        </header>
        {empty && <p className={`dim ${styles.hint}`}>This experiment takes no configuration.</p>}
        {!empty && view === "form" && <FormView />}
        {!empty && view !== "form" && (
          <div className={styles.text}>
            <Suspense fallback={<LoadingState />}>
              <TextView language={view} onReadable={report} />
            </Suspense>
          </div>
        )}
      </section>
    </FormProvider>
  );
}

function FormView() {
  const form = useForm();
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys bubble from the fields
    <div className={styles.form} onKeyDown={keepOpen}>
      <Strays />
      <Fields field={plain(form.schema, form.schema)} place={ROOT} />
    </div>
  );
}

const ROOT = [] as const;

/** Enter ends the typing of a value, not the whole form. */
function keepOpen(event: KeyboardEvent): void {
  const plain = event.key === "Enter" && !event.ctrlKey && !event.metaKey;
  if (plain && event.target instanceof HTMLInputElement) event.preventDefault();
}

/** What is wrong with the whole, or with what no field is there for. */
function Strays() {
  const said = useProblem("");
  if (!said) return null;
  return (
    <div role="alert" className={styles.strays}>
      <Problem text={said} />
    </div>
  );
}
