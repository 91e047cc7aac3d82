/** The form of an experiment's configuration, once its schema is there. */
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { experimentQuery, validateConfig } from "#api/experiments";
import { Form } from "#forms/form";
import type { Node } from "#util/configSchema";
import type { Named } from "#util/place";

type Made = { module: string; form: Form; known: boolean };

/** `stored`: the values to begin with instead of the defaults. */
export function useConfigurationForm(module: string | undefined, stored: Named | null) {
  const { data, error, refetch } = useQuery({
    ...experimentQuery(module ?? ""),
    enabled: !!module,
  });
  const [made, setMade] = useState<Made | null>(null);
  const wanted = made && made.module === module ? made : null;
  // Made once: what has been filled in outlives an edited file. The server judges by the new one.
  if (module && !wanted && data?.module === module)
    setMade({
      module,
      known: true,
      form: formOf(module, data.config_schema as Node, data.defaults, stored),
    });
  else if (module && !wanted && error && stored)
    setMade({ module, known: false, form: new Form({}, {}, stored, async () => []) });
  const form = wanted?.form;
  useEffect(() => {
    form?.checkSoon(0);
    return () => form?.stop();
  }, [form]);
  return { form, known: wanted?.known ?? false, error, retry: () => void refetch() };
}

function formOf(module: string, schema: Node, defaults: Named, stored: Named | null): Form {
  return new Form(schema, defaults, stored, async (value, signal) => {
    const { errors } = await validateConfig(module, value, signal);
    return errors;
  });
}
