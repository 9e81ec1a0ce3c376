import { expect, it } from "vitest";
import { upstreamImages } from "./images.ts";

it("finds the images of others, once each, and neither build stages nor what is built", () => {
  const compose = "services:\n  a:\n    image: redis:8-alpine\n  b:\n    image: $P-service\n";
  const dockerfile = "FROM node:24-slim AS packages\nRUN x\nFROM packages\nFROM node:24-slim\n";
  expect(upstreamImages(compose, dockerfile)).toEqual(["redis:8-alpine", "node:24-slim"]);
});
