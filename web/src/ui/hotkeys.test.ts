import { expect, test } from "vitest";
import { type Hotkey, hotkeyFor } from "./hotkeys";

const key = (name: string, more = {}) => ({
  key: name,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  ...more,
});
const hotkey = (keys: string, description = keys): Hotkey => ({
  keys,
  description,
  action: () => {},
});
const KNOWN = [hotkey("n", "old"), hotkey("?"), hotkey("mod+k"), hotkey("n", "new")];

test("the newest of two with the same key wins", () => {
  expect(hotkeyFor(key("n"), KNOWN)?.description).toBe("new");
  expect(hotkeyFor(key("N"), KNOWN)?.description).toBe("new");
});

test("Ctrl and Command are one; a plain key is not meant with them", () => {
  expect(hotkeyFor(key("k", { ctrlKey: true }), KNOWN)?.keys).toBe("mod+k");
  expect(hotkeyFor(key("k", { metaKey: true }), KNOWN)?.keys).toBe("mod+k");
  expect(hotkeyFor(key("n", { ctrlKey: true }), KNOWN)).toBeUndefined();
  expect(hotkeyFor(key("n", { altKey: true }), KNOWN)).toBeUndefined();
});

test("signs are named as they are typed", () => {
  expect(hotkeyFor(key("?"), KNOWN)?.keys).toBe("?");
});
