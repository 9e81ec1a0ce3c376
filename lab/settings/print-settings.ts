/** Prints the table of settings for the README. */
import { settingsTable } from "./settings-table.ts";

console.log(settingsTable());
