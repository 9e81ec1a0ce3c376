import { expect, it } from "vitest";
import { hashRounds } from "./hash.ts";

it("hashes once to the vector of FIPS 180-4", () => {
  expect(hashRounds(Buffer.from("abc"), 1).toString("hex")).toBe(
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
  );
});

it("hashes the bytes of the previous round, not their hex", () => {
  // Double SHA-256 of "hello", the example of the Bitcoin protocol documentation.
  expect(hashRounds(Buffer.from("hello"), 2).toString("hex")).toBe(
    "9595c9df90075148eb06860365df33584b75bff782a510c6cd4883a419833d50",
  );
});
