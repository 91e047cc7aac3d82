import { useComputedColorScheme } from "@mantine/core";

/** Known when first drawn, so that no line flashes in the colour of the other theme. */
export function useIsDark(): boolean {
  return useComputedColorScheme("light", { getInitialValueInEffect: false }) === "dark";
}
