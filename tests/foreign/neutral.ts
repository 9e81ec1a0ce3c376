import { homedir, hostname, tmpdir } from "node:os";
import { root } from "../holdup.ts";

const folders: readonly (readonly [string, string])[] = [
  [process.execPath, "/usr/bin/node"],
  [`${root}/.holdup/foreign`, "/srv/app"],
  [`${root}/tests/foreign/programs`, "/srv/app"],
  [root, "/srv/app"],
  [tmpdir(), "/var/tmp"],
  [homedir(), "/home/app"],
];

/** Resource attributes that describe the machine rather than the program. */
const attributes: Readonly<Record<string, string>> = {
  "host.name": "host-1",
  "host.id": "00000000000000000000000000000001",
  "process.owner": "app",
  "os.version": "6.12.0",
  "os.description": "Linux 6.12.0",
};

/** One line of spans without the names, folders and users of this machine, so that recorded runs do not contain them. */
export function neutral(line: string): string {
  let text = line;
  for (const [folder, instead] of folders) text = text.replaceAll(folder, instead);
  for (const [key, value] of Object.entries(attributes)) {
    const pattern = new RegExp(`("key":"${key.replace(".", "\\.")}","value":\\{"stringValue":")[^"]*`, "g");
    text = text.replace(pattern, `$1${value}`);
  }
  return text.replaceAll(`"${hostname()}-`, '"host-1-');
}
