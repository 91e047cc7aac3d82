/** Details and configuration of an instance, with the buttons that keep them always in sight. */
import { Button } from "@mantine/core";
import { useBlocker, useCanGoBack, useRouter } from "@tanstack/react-router";
import { type ReactNode, useRef, useState, useSyncExternalStore } from "react";
import { ConfigurationForm } from "#forms/ConfigurationForm";
import type { Form } from "#forms/form";
import type { View } from "#forms/views";
import { confirm } from "#ui/confirm";
import { useHotkey } from "#ui/hotkeys";
import { ErrorState, LoadingState } from "#ui/States";
import { plural } from "#util/format";
import { DetailFields } from "./DetailFields";
import type { Details } from "./details";
import styles from "./InstanceForm.module.css";
import { useDetails } from "./useDetails";
import { type Filled, useSaving } from "./useSaving";

type Verb = { label: string; save: (filled: Filled) => Promise<() => Promise<void>> };

type Props = {
  initial: Details;
  /** Undefined until an experiment is chosen and its schema is there. */
  form: Form | undefined;
  known: boolean;
  /** Whether one waits for the schema; its error, if it cannot be had. */
  loading: boolean;
  error: Error | null;
  retry: () => void;
  picker?: ReactNode;
  view: View;
  setView: (view: View) => void;
  /** What may be done, the most usual first. Each saves, then gives what leads on from here. */
  verbs: readonly [Verb, ...Verb[]];
};

export function InstanceForm(props: Props) {
  const { form, known, picker, verbs } = props;
  const page = useRef<HTMLFormElement>(null);
  const details = useDetails(props.initial);
  const [readable, setReadable] = useState(true);
  const [lastly, setLastly] = useState(false);
  const changed = useFormState(form, () => form?.changed ?? false) || details.changed;
  const { busy, send } = useSaving({ page, details, form, readable });
  useUnsavedGuard(changed && !lastly);
  const act = ({ save }: Verb) =>
    void send(async (filled) => {
      const leadOn = await save(filled);
      form?.saved();
      setLastly(true);
      // The guard has to hear of it first.
      setTimeout(() => void leadOn());
    });
  return (
    <form
      ref={page}
      noValidate
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        act(verbs[0]);
      }}
    >
      <section className={`panel ${styles.details}`}>
        {picker}
        <DetailFields details={details} />
      </section>
      {form ? (
        <ConfigurationForm
          key={idOf(form)}
          form={form}
          known={known}
          view={props.view}
          setView={props.setView}
          onReadable={setReadable}
        />
      ) : (
        <section className="panel">
          {props.error && <ErrorState error={props.error} retry={props.retry} />}
          {!props.error && props.loading && <LoadingState />}
          {!props.error && !props.loading && (
            <p className={`dim ${styles.choose}`}>
              Choose an experiment: its configuration is filled in here.
            </p>
          )}
        </section>
      )}
      <Footer {...{ form, changed, busy, verbs, act, readable }} wrongDetails={details.wrong} />
    </form>
  );
}

let forms = 0;
const ids = new WeakMap<Form, number>();

/** Another form is another one to React too. */
function idOf(form: Form): number {
  const id = ids.get(form) ?? ++forms;
  ids.set(form, id);
  return id;
}

function useFormState<T>(form: Form | undefined, read: () => T): T {
  return useSyncExternalStore(form?.subscribe ?? nobody, read);
}

const nobody = () => () => {};

function useUnsavedGuard(unsaved: boolean): void {
  useBlocker({
    disabled: !unsaved,
    enableBeforeUnload: unsaved,
    shouldBlockFn: async ({ current, next }) =>
      current.pathname !== next.pathname && !(await confirm(LEAVE)),
  });
}

const LEAVE = {
  title: "Leave without saving?",
  message: "What was filled in here is lost.",
  yes: "Leave",
  no: "Stay",
  danger: true,
};

type FooterProps = {
  form: Form | undefined;
  changed: boolean;
  busy: boolean;
  readable: boolean;
  wrongDetails: number;
  verbs: readonly Verb[];
  act: (verb: Verb) => void;
};

function Footer({ form, changed, busy, readable, wrongDetails, verbs, act }: FooterProps) {
  const router = useRouter();
  const canGoBack = useCanGoBack();
  const wrong = useFormState(form, () => (form?.submitted ? form.wrong.length + wrongDetails : 0));
  const [first] = verbs;
  useHotkey("mod+Enter", first?.label ?? "", () => first && act(first), !!first && !!form);
  const cancel = () =>
    canGoBack ? router.history.back() : void router.navigate({ to: "/experiments" });
  return (
    <footer className={styles.footer}>
      <span className={wrong > 0 || !readable ? styles.wrong : "dim"} role="status">
        {!readable && "The text cannot be read"}
        {readable && wrong > 0 && `${plural(wrong, "value")} to mend`}
        {readable && wrong === 0 && changed && "Unsaved changes"}
      </span>
      <Button variant="default" onClick={cancel}>
        Cancel
      </Button>
      {verbs.slice(1).map((verb) => (
        <Button
          key={verb.label}
          variant="default"
          disabled={!form || busy}
          onClick={() => act(verb)}
        >
          {verb.label}
        </Button>
      ))}
      <Button type="submit" disabled={!form} loading={busy} title="Ctrl-Enter, or ⌘-Enter">
        {first?.label}
      </Button>
    </footer>
  );
}
