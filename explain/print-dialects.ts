import type { Dialect, NameForm, Role } from "./spans/dialects/dialect.ts";
import { dialects } from "./spans/dialects/dialects.ts";

const means: Readonly<Record<Role, string>> = {
  send: "sent",
  receive: "received",
  process: "handled",
  settle: "settled",
};

/** The table of dialects in Markdown; docs/dialects.md contains it. */
export function dialectsTable(): string {
  const lines = dialects.map((dialect) => {
    const read = [
      ...readFacts(dialect),
      ...readOperations(dialect),
      ...readForms(dialect),
      ...readMarks(dialect),
    ];
    const all = [read.join("; "), dialect.note ?? ""].filter((part) => part !== "").join(". ");
    return `| ${[dialect.name, all, dialect.source].map(cell).join(" | ")} |`;
  });
  return ["| dialect | what is read | source |", "| --- | --- | --- |", ...lines].join("\n");
}

function readFacts({ reads }: Dialect): string[] {
  return Object.entries(reads).map(([fact, names]) => `${wordsOf(fact)} ${names.map(code).join(", ")}`);
}

function readOperations({ operations = {} }: Dialect): string[] {
  const byRole = Map.groupBy(Object.entries(operations), ([, role]) => role);
  return [...byRole].map(
    ([role, words]) => `${means[role]}: ${words.map(([word]) => code(word)).join(", ")}`,
  );
}

function readForms({ forms = [], handlings = [] }: Dialect): string[] {
  const named = forms.map(
    ({ form, role }) => `${role ? means[role] : "by its verb"}: span ${code(pattern(form))}`,
  );
  return [...named, ...handlings.map((name) => `handled: span ${code(name)} inside a received one`)];
}

function readMarks({ marks = [] }: Dialect): string[] {
  return marks.map(({ attribute, value, role }) => {
    const found = value === undefined ? attribute : `${attribute}=${value}`;
    return `${means[role]} if it has ${code(found)}`;
  });
}

/** As a reader would write it: `process <topic>`. */
function pattern(form: NameForm["form"]): string {
  return form.source
    .replace(/\(\?<(\w+)>[^)]*\)/g, "<$1>")
    .replace(/^\^|\$$|\\(?=\/)/g, "")
    .replaceAll("\\S+", "…");
}

function wordsOf(fact: string): string {
  return fact.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

function code(text: string): string {
  return `\`${text}\``;
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}

if (import.meta.main) console.log(dialectsTable());
