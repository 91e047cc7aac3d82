/** How lines are shown; remembered by the browser. */
import { useState } from "react";

export type Look = { wrap: boolean; relative: boolean };

const NAME = "athanor-log-look";
const PLAIN: Look = { wrap: false, relative: false };

export function useLook(): [Look, (look: Look) => void] {
  const [look, setLook] = useState(remembered);
  const change = (next: Look) => {
    setLook(next);
    localStorage.setItem(NAME, JSON.stringify(next));
  };
  return [look, change];
}

function remembered(): Look {
  try {
    return { ...PLAIN, ...(JSON.parse(localStorage.getItem(NAME) ?? "{}") as Partial<Look>) };
  } catch {
    return PLAIN;
  }
}
