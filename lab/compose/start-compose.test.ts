import { expect, it } from "vitest";
import { upstreamImages } from "./start-compose.ts";

it("lists each upstream image once, without build stages and our own image", () => {
  const compose = "services:\n  a:\n    image: redis:8-alpine\n  b:\n    image: $P-service\n";
  const dockerfile = "FROM node:24-slim AS packages\nRUN x\nFROM packages\nFROM node:24-slim\n";
  expect(upstreamImages(compose, dockerfile)).toEqual(["redis:8-alpine", "node:24-slim"]);
});
