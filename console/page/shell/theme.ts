export const themes = ["system", "light", "dark"] as const;
export type Theme = (typeof themes)[number];

const key = "holdup-theme";

export function storedTheme(): Theme {
  try {
    return themes.find((theme) => theme === localStorage.getItem(key)) ?? "system";
  } catch {
    // Storage may be forbidden; then the choice lasts as long as the page.
    return "system";
  }
}

export function applyTheme(theme: Theme): void {
  if (theme === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme;
  try {
    localStorage.setItem(key, theme);
  } catch {
    // As above.
  }
  dispatchEvent(new Event("themechange"));
}

/** Calls when colours have changed, by the switch or by the system. */
export function onThemeChange(listen: () => void): () => void {
  const system = matchMedia("(prefers-color-scheme: dark)");
  addEventListener("themechange", listen);
  system.addEventListener("change", listen);
  return () => {
    removeEventListener("themechange", listen);
    system.removeEventListener("change", listen);
  };
}
