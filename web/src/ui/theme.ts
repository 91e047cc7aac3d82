/** The look: blue-grey in the dark, off-white in the light, a teal accent, small radii, dense. */
import {
  type CSSVariablesResolver,
  createTheme,
  localStorageColorSchemeManager,
  type MantineColorsTuple,
} from "@mantine/core";

const teal: MantineColorsTuple = [
  "#e4f7f5",
  "#cdebe8",
  "#9dd8d1",
  "#69c4ba",
  "#41b3a7",
  "#27a99b",
  "#159487",
  "#0b7a70",
  "#086a61",
  "#005850",
];
const dark: MantineColorsTuple = [
  "#dbe4ec",
  "#b9c6d3",
  "#9aabbc",
  "#73869a",
  "#354453",
  "#2a3743",
  "#1f2a35",
  "#151e27",
  "#10171f",
  "#0b1117",
];

/** Dialogs come and go at once, and leave what is behind them readable. */
const QUICK = {
  closeButtonProps: { "aria-label": "Close" },
  transitionProps: { duration: 80 },
  overlayProps: { backgroundOpacity: 0.4, transitionProps: { duration: 80 } },
};

const MONO = "ui-monospace, 'SF Mono', 'JetBrains Mono', Menlo, Consolas, monospace";

export const theme = createTheme({
  primaryColor: "teal",
  primaryShade: 7,
  colors: { teal, dark },
  defaultRadius: 4,
  radius: { xs: "2px", sm: "3px", md: "4px", lg: "6px", xl: "8px" },
  fontFamily: "Inter, system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif",
  fontFamilyMonospace: MONO,
  fontSizes: { xs: "12px", sm: "13px", md: "14px", lg: "16px", xl: "18px" },
  spacing: { xs: "6px", sm: "8px", md: "12px", lg: "18px", xl: "28px" },
  headings: {
    fontWeight: "600",
    sizes: { h1: { fontSize: "19px" }, h2: { fontSize: "15px" }, h3: { fontSize: "14px" } },
  },
  respectReducedMotion: true,
  components: {
    Button: { defaultProps: { size: "xs", fw: 500 } },
    Modal: { defaultProps: QUICK },
    TextInput: { defaultProps: { size: "xs" } },
    Select: { defaultProps: { size: "xs" } },
    Menu: { defaultProps: { withInitialFocusPlaceholder: false } },
    Textarea: { defaultProps: { size: "xs" } },
    Tooltip: { defaultProps: { openDelay: 400, withArrow: true } },
    Anchor: { defaultProps: { underline: "hover", inherit: true } },
  },
});

/** Colours by meaning; everything that is drawn uses these and Mantine's own. */
export const variables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    "--mantine-color-body": "#f6f7f5",
    "--mantine-color-text": "#1b252e",
    "--mantine-color-dimmed": "#56646f",
    "--mantine-color-default-border": "#d5dad9",
    "--surface": "#ffffff",
    "--surface-raised": "#eef1ef",
    "--line": "#dfe3e1",
    "--accent": "#0b7a70",
    "--json-string": "#1b6e3a",
    "--json-number": "#1864c7",
    "--json-boolean": "#8a3fb0",
    "--status-pending": "#56646f",
    "--status-running": "#175fbe",
    "--status-completed": "#186d35",
    "--status-failed": "#b82828",
    "--status-cancelled": "#835508",
  },
  dark: {
    "--mantine-color-body": "#151e27",
    "--mantine-color-text": "#dbe4ec",
    "--mantine-color-dimmed": "#9aabbc",
    "--mantine-color-default-border": "#354453",
    "--surface": "#1b2530",
    "--surface-raised": "#222e3a",
    "--line": "#2a3743",
    "--accent": "#41b3a7",
    "--json-string": "#7fd29b",
    "--json-number": "#7fbcff",
    "--json-boolean": "#d0a2f0",
    "--status-pending": "#9aabbc",
    "--status-running": "#6db3ff",
    "--status-completed": "#5ecb83",
    "--status-failed": "#ff8585",
    "--status-cancelled": "#e8b04f",
  },
});

/** Remembered under the name that `public/theme.js` reads; followed by other tabs. */
export const themeMemory = localStorageColorSchemeManager({ key: "athanor-theme" });
