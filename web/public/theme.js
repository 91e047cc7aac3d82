// Runs before the first paint, so that a reload in the dark shows no white frame. A file of its
// own, because the content security policy forbids scripts inside the page.
(() => {
  let chosen = null;
  try {
    chosen = localStorage.getItem("athanor-theme");
  } catch {
    // Storage may be forbidden; then the system decides.
  }
  const dark =
    chosen === "dark" || (chosen !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.mantineColorScheme = dark ? "dark" : "light";
})();
