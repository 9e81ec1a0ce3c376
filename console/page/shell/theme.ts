export const themes = ["system", "light", "dark"] as const;
export type Theme = (typeof themes)[number];

const key = "holdup-theme";

export function storedTheme(): Theme {
  try {
    return themes.find((theme) => theme === localStorage.getItem(key)) ?? "system";
  } catch {
    // Storage may be blocked; then the choice lasts until the page is closed.
    return "system";
  }
}

export function applyTheme(theme: Theme): void {
  if (theme === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme;
  try {
    localStorage.setItem(key, theme);
  } catch {
    // Storage may be blocked.
  }
  dispatchEvent(new Event("themechange"));
}

/** Calls `listen` when the colours have changed, by the switch or by the system; returns a function that unsubscribes. */
export function onThemeChange(listen: () => void): () => void {
  const system = matchMedia("(prefers-color-scheme: dark)");
  addEventListener("themechange", listen);
  system.addEventListener("change", listen);
  return () => {
    removeEventListener("themechange", listen);
    system.removeEventListener("change", listen);
  };
}
