/** Key figures side by side: what is better, and which is best. */
import { familyName, numberOf } from "#util/families";

export const BETTER = ["higher", "lower", "neither"] as const;
export type Better = (typeof BETTER)[number];
export type Values = Readonly<Record<string, unknown>>;

const LOWER =
  /loss|error|\berr|_err|seconds|time|duration|latency|perplexity|ppl|rmse|mse|mae|cost/i;
const HIGHER = /acc|score|f1|auc|reward|return|precision|recall|r2|bleu|rouge|throughput|correct/i;

/** What only counts or names: `loss.step`, `best_loss_epoch`; of `train_loss_epoch` the loss is left. */
const COUNTER =
  /(?:^best_.*_|^|[_-])(?:time_?)?(?:steps?|epochs?|iter(?:ation)?s?|rounds?|batch(?:es)?|index|idx|seed|count|rank|id)$/i;

/** What a figure's name lets one expect; that it was returned says nothing. */
export function expectedOf(given: string): Better {
  const leaf = given.slice(Math.max(given.lastIndexOf("."), given.lastIndexOf("/")) + 1);
  const named = leaf.replace(COUNTER, "");
  const path = named === leaf ? given.replace(/^return_value\b/, "") : named;
  if (LOWER.test(path)) return "lower";
  return HIGHER.test(path) ? "higher" : "neither";
}

/** The runs with the best value; none when all are equal or only one has it. */
export function bestOf(values: Values, better: Better): ReadonlySet<string> {
  const numbers = Object.entries(values)
    .map(([id, value]) => [id, numberOf(value as number)] as const)
    .filter((entry): entry is [string, number] => entry[1] !== null && !Number.isNaN(entry[1]));
  if (better === "neither" || new Set(numbers.map(([, one]) => one)).size < 2) return new Set();
  const choose = better === "higher" ? Math.max : Math.min;
  const best = choose(...numbers.map(([, one]) => one));
  return new Set(numbers.filter(([, one]) => one === best).map(([id]) => id));
}

/** Without what is a step of many (`iteration_7.loss`): those are curves. */
export function withoutSteps(figures: Readonly<Record<string, Values>>): [string, Values][] {
  const entries = Object.entries(figures);
  const sizes = new Map<string, number>();
  for (const [path] of entries) sizes.set(familyName(path), (sizes.get(familyName(path)) ?? 0) + 1);
  return entries.filter(([path]) => (sizes.get(familyName(path)) ?? 0) < 4);
}
