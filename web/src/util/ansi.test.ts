import { expect, test } from "vitest";
import { ansiParts, withoutAnsi } from "./ansi";

const RED = "\u001b[31m";
const END = "\u001b[0m";

test("colours begin and end where the program said", () => {
  expect(ansiParts(`a${RED}b${END}c`)).toEqual([
    { text: "a", style: {} },
    { text: "b", style: { colour: 1 } },
    { text: "c", style: {} },
  ]);
});

test("bright, indexed and true colours are known", () => {
  const colour = (code: string) => ansiParts(`\u001b[${code}mx`)[0]?.style;
  expect(colour("1;92")).toEqual({ bold: true, colour: 10 });
  expect(colour("38;5;196")).toEqual({ colour: "rgb(255 0 0)" });
  expect(colour("48;2;1;2;300")).toEqual({ background: "rgb(1 2 255)" });
});

test("what else steers a terminal is left out, markup stays text", () => {
  expect(withoutAnsi("\u001b[2J\u001b]0;title\u0007<b>\u001b[1;5Hhi\u0000\u001b(B</b>")).toBe(
    "<b>hi</b>",
  );
});

test("a carriage return begins the line anew", () => {
  expect(withoutAnsi("10%\r50%\r100%\r\nnext\r")).toBe("100%\nnext");
});
