// What a user of OpenTelemetry's SDK for Node.js loads first: `node --import ./tracing.ts kafkajs.ts`.
import { KafkaJsInstrumentation } from "@opentelemetry/instrumentation-kafkajs";
import { NodeSDK } from "@opentelemetry/sdk-node";
import { register } from "import-in-the-middle/register-hooks.mjs";

register({ include: ["kafkajs"] });

const sdk = new NodeSDK({ instrumentations: [new KafkaJsInstrumentation()] });
sdk.start();

process.once("beforeExit", () => void sdk.shutdown());
