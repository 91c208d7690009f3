// Light, dark or as the system says. Runs before the first paint, so that no page flashes in the wrong one.
(() => {
  const KEY = "second-look.theme";
  const root = document.documentElement;
  const read = () => {
    try {
      return localStorage.getItem(KEY) ?? "system";
    } catch {
      return "system";
    }
  };
  const apply = (theme) => {
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
    else delete root.dataset.theme;
    for (const button of document.querySelectorAll("[data-theme-choice]")) {
      button.setAttribute("aria-pressed", String(button.getAttribute("data-theme-choice") === theme));
    }
  };
  const choose = (theme) => {
    try {
      localStorage.setItem(KEY, theme);
    } catch {
      // Kept for this page only.
    }
    apply(theme);
  };
  apply(read());
  document.addEventListener("DOMContentLoaded", () => apply(read()));
  addEventListener("storage", (event) => event.key === KEY && apply(read()));
  document.addEventListener("click", (event) => {
    const choice = event.target instanceof Element && event.target.closest("[data-theme-choice]");
    if (choice) choose(choice.getAttribute("data-theme-choice"));
  });
})();
