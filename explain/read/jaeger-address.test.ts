import { expect, it } from "vitest";
import { foreign, jaegerAddress } from "./jaeger-address.ts";

it.each([
  ["http://localhost:16686", "http://localhost:16686", undefined],
  [" https://jaeger.example/deep/jaeger/ ", "https://jaeger.example/deep/jaeger", undefined],
  ["http://jaeger.example/search?service=a#b", "http://jaeger.example/search", undefined],
  ["http://me:p%40ss@jaeger.example", "http://jaeger.example", "me:p@ss"],
  ["http://[::1]:16686/", "http://[::1]:16686", undefined],
])("reads %j", (given, base, credentials) => {
  const { base: read, authorization } = jaegerAddress(given);
  expect(read).toBe(base);
  expect(authorization && atob(authorization.replace("Basic ", ""))).toBe(credentials);
});

it.each([
  [
    "localhost:16686",
    "localhost:16686 begins with neither http:// nor https://. Write it as http://localhost:16686.",
  ],
  ["jaeger/ui", "jaeger/ui begins with neither http:// nor https://. Write it as http://jaeger/ui."],
  ["16686", "16686 begins with neither http:// nor https://. Write it as http://localhost:16686."],
  ["/tmp/x", "/tmp/x begins with neither http:// nor https://. Write it as http://localhost:16686."],
  ["ftp://jaeger", "ftp://jaeger begins with ftp://. Write it as http://localhost:16686."],
  [
    "localhost:99999",
    "localhost:99999 has the port 99999, and the highest is 65535. Write it as http://localhost:16686.",
  ],
  ["http://a b", "http://a b is not a URL. Write it as http://localhost:16686."],
  ["http://", "http:// is not a URL. Write it as http://localhost:16686."],
  [" ", "Jaeger's address is empty. Write it as http://localhost:16686."],
  [
    "http://me:50%@jaeger",
    "http://jaeger has a % in its user or password, which must be written as %25. Write it as http://user:50%25@localhost:16686.",
  ],
  ["http://me:secret@jaeger:99999", "http://jaeger:99999 has the port 99999"],
  ["me:secret@jaeger", "jaeger begins with neither http:// nor https://. Write it as http://jaeger."],
])("refuses %j without showing a password", (given, says) => {
  expect(() => jaegerAddress(given)).toThrow(
    expect.objectContaining({ code: "HOLDUP_JAEGER_URL_INVALID", message: expect.stringContaining(says) }),
  );
});

it.each([
  ["http://host/jaeger", "If Jaeger has a base path"],
  ["http://host/api/jaeger", "If Jaeger has a base path"],
  ["http://host/jaeger/api", "Remove /api: http://host/jaeger."],
  ["http://host/api/traces/ab", "Remove /api/traces/ab: http://host."],
  ["http://host/trace/ab", "Remove /trace/ab: http://host."],
])("says what to change in %s", (base, says) => {
  expect(foreign(base)).toContain(`${base} answers, but not as Jaeger's query API. ${says}`);
});
