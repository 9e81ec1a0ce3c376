import { homedir, hostname } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { root } from "../holdup.ts";
import { neutral } from "./neutral.ts";

it("replaces folders of this machine and of its user", () => {
  const line = `["${root}/.holdup/foreign/go/bin/franz","${process.execPath}","${join(homedir(), "x")}"]`;
  expect(neutral(line)).toBe('["/srv/app/go/bin/franz","/usr/bin/node","/home/app/x"]');
});

it("replaces what a resource says about the machine, and keeps what it says about the process", () => {
  const host = '{"key":"host.name","value":{"stringValue":"here"}}';
  const instance = `{"key":"service.instance.id","value":{"stringValue":"${hostname()}-42"}}`;
  expect(neutral(host)).toBe('{"key":"host.name","value":{"stringValue":"host-1"}}');
  expect(neutral(instance)).toBe('{"key":"service.instance.id","value":{"stringValue":"host-1-42"}}');
  const pid = '{"key":"process.pid","value":{"intValue":"42"}}';
  expect(neutral(pid)).toBe(pid);
});
