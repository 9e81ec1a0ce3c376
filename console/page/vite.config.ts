import { defineConfig } from "vite";

// The content security policy allows own files only: no inline script, no data URL.
// biome-ignore lint/style/noDefaultExport: Vite reads it
export default defineConfig({
  root: import.meta.dirname,
  base: "/",
  cacheDir: "../../.holdup/test/vite-page",
  build: {
    outDir: "../../.holdup/console",
    emptyOutDir: true,
    target: "es2022",
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
