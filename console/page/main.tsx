import "./shell/language.ts";
import { render } from "preact";
import { followLab } from "./live/lab.ts";
import { Shell } from "./shell/shell.tsx";
import { applyTheme, storedTheme } from "./shell/theme.ts";

applyTheme(storedTheme());
followLab();
const page = document.getElementById("page");
if (page) render(<Shell />, page);
