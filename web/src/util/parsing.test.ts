import { expect, test } from "vitest";
import { type Json, parseExactly } from "./json";
import { parsedInSlices, parsing } from "./parsing";

function parsed(text: string): Json {
  const work = parsing(text);
  for (let step = work.next(); ; step = work.next()) if (step.done) return step.value;
}

test.each([
  "[]",
  " { } ",
  "null",
  '"a\\n\\"\\\\"',
  '{"a":[1,{"b":[],"":{}}],"c":[true,false,null]}',
  "[ 1 , -2.5e+3, 1.0, 0, -0, 1180591620717411303424 ]",
  '{"__proto__":{"a":1},"constructor":2,"a":1,"a":2}',
  '["\\u00e9\\ud83d\\ude00", "<script>", "\\\\", ""]',
])("%s is what the engine makes of it", (text) => {
  const found = parsed(text);
  expect(found).toStrictEqual(parseExactly(text));
  expect(JSON.stringify(found)).toBe(JSON.stringify(parseExactly(text)));
});

test.each(["", "[1", "[1}", '{"a"}', '{"a":}', "tru", "[1,]", '"open', "1 2", "{1:2}"])(
  "%s is none",
  (text) => expect(() => parsed(text)).toThrow(SyntaxError),
);

test("a long text makes pauses", async () => {
  const text = JSON.stringify(Array.from({ length: 20_000 }, (_, n) => ({ n, half: n / 7 })));
  expect([...parsing(text)].length).toBeGreaterThan(50);
  expect(await parsedInSlices(text)).toStrictEqual(parseExactly(text));
});
