// Imported first: uPlot formats numbers in `navigator.language` as soon as it is loaded. A Chromium without a locale
// (LANG=C) reports "en-US@posix" there, which Intl refuses with a RangeError.
try {
  new Intl.NumberFormat(navigator.language);
} catch {
  Object.defineProperty(navigator, "language", { value: "en", configurable: true });
}
