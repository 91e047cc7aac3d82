/** What is said about an instance beside its configuration, as it is typed. */
import type { Instance } from "#api/instances";
import { bytesOf, exactBytes, exactTime, secondsOf } from "#util/amounts";

export type Details = {
  name: string;
  description: string;
  timeLimit: string;
  memoryLimit: string;
  gpus: string;
};
export type Detail = keyof Details;

type Stored = Pick<
  Instance,
  "name" | "description" | "time_limit_s" | "memory_limit_bytes" | "gpus"
>;

export const NOTHING: Details = {
  name: "",
  description: "",
  timeLimit: "",
  memoryLimit: "",
  gpus: "",
};

export function typed(instance: Stored): Details {
  const { time_limit_s, memory_limit_bytes, gpus } = instance;
  return {
    name: instance.name,
    description: instance.description ?? "",
    timeLimit: time_limit_s === null ? "" : exactTime(time_limit_s),
    memoryLimit: memory_limit_bytes === null ? "" : exactBytes(memory_limit_bytes),
    gpus: gpus ? String(gpus) : "",
  };
}

/** What is sent; only of details in which nothing is wrong. */
export function meant(details: Details): Stored {
  return {
    name: details.name.trim(),
    description: details.description.trim() || null,
    time_limit_s: details.timeLimit ? secondsOf(details.timeLimit) : null,
    memory_limit_bytes: details.memoryLimit ? bytesOf(details.memoryLimit) : null,
    gpus: details.gpus ? Number(details.gpus) : 0,
  };
}

/** What is wrong with a detail; empty when nothing is. */
export function wrongWith(detail: Detail, details: Details): string {
  const text = details[detail].trim();
  if (detail === "name") return text ? "" : "Is required";
  if (text === "") return "";
  if (detail === "timeLimit")
    return secondsOf(text) ? "" : "Must be a time such as 90s, 15m or 2h 30m";
  if (detail === "memoryLimit")
    return bytesOf(text) ? "" : "Must be an amount such as 512 MB or 4 GiB";
  if (detail === "gpus") return /^\d+$/.test(text) ? "" : "Must be a number of GPUs";
  return "";
}

/** The detail that a problem of the server is about. */
export const DETAIL_OF: Record<string, Detail | undefined> = {
  name: "name",
  description: "description",
  time_limit_s: "timeLimit",
  memory_limit_bytes: "memoryLimit",
  gpus: "gpus",
};
