import { expect, test } from "vitest";
import { runsSearch, unknownStatus } from "./search";

test("a word that is no status is kept: it does not ask for all runs", () => {
  expect(runsSearch({ status: "failed" })).toEqual({ status: ["failed"] });
  expect(runsSearch({ status: ["faild", "failed"] })).toEqual({ status: ["failed"] });
  expect(unknownStatus(runsSearch({ status: ["failed"] }))).toBeUndefined();
  expect(unknownStatus(runsSearch({ status: ["faild"] }))).toBe("faild");
  expect(runsSearch({ status: 3 })).toEqual({});
});
