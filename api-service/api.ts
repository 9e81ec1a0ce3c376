import { createServer } from "node:http";
import { closeServer, listen } from "../shared/http/server.ts";
import { createProbe } from "../shared/kafka/admin.ts";
import { createKafka } from "../shared/kafka/client.ts";
import { createPublisher } from "../shared/kafka/publisher.ts";
import { createOrderStore } from "../shared/pipeline/order-store.ts";
import { apiService } from "../shared/pipeline/stages.ts";
import { startReporter } from "../shared/report/reporter.ts";
import type { Service, ServiceContext } from "../shared/service/run-service.ts";
import { createWorkloads } from "../workloads/workloads.ts";
import { createOrderHandler } from "./create-order.ts";
import { createRoutes } from "./routes.ts";

/** Above Node's 16 KiB, so that an oversized `baggage` header can be dropped instead of failing the request. */
const maxHeaderBytes = 64 * 1024;

/** The order API: express routes over operations, Kafka and the order store. */
export async function startApi({ config, log }: ServiceContext): Promise<Service> {
  const kafka = createKafka({ brokers: config.kafkaBrokers, clientId: config.instance, log });
  const store = createOrderStore({ url: config.redisUrl, ttlS: config.orderTtlS });
  const publisher = await createPublisher(kafka);
  const operations = createWorkloads({ ...config, profile: config.profiles[apiService] });
  const pingKafka = createProbe(kafka);
  let isStopping = false;
  const app = createRoutes({
    createOrder: createOrderHandler({ config, log, store, publisher, operations, pingKafka }),
    readOrder: (orderId) => store.read(orderId),
    checks: { redis: () => store.ping(), kafka: pingKafka },
    isStopping: () => isStopping,
    jaegerUrl: config.jaegerUrl,
    log,
  });
  const server = createServer({ maxHeaderSize: maxHeaderBytes }, app);
  const port = await listen(server, config.apiPort, config.host);
  const reporter = startReporter({ ...config, service: apiService, load: operations.load });
  return {
    port,
    async stop() {
      isStopping = true;
      await closeServer(server);
      await reporter.stop();
      await operations.stop();
      await publisher.stop();
      await store.stop();
    },
  };
}
