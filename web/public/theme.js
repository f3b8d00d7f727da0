// Runs before the first paint, so that a chosen theme never flashes; a file of its own, so that no inline script is needed.
(() => {
  try {
    const theme = localStorage.getItem("redflag.theme");
    if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  } catch {
    // Storage is blocked: the system's theme is used.
  }
})();
