import { expect, it } from "vitest";
import { containerName, dockerRun } from "./docker.ts";

it("publishes on the loopback address only", () => {
  const args = dockerRun({
    name: "n",
    image: "i",
    publish: { port: 7000, inside: 6379 },
    mounts: ["v:/data"],
  });
  expect(args.join(" ")).toContain("--publish 127.0.0.1:7000:6379");
  expect(args.at(-1)).toBe("i");
});

it("names containers after their state folder, so that two labs do not meet", () => {
  expect(containerName("/a", "kafka")).toBe(containerName("/a", "kafka"));
  expect(containerName("/a", "kafka")).not.toBe(containerName("/b", "kafka"));
});
