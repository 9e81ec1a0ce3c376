import type { TextMapPropagator } from "@opentelemetry/api";
import { W3CBaggagePropagator } from "@opentelemetry/core";

/** A platform can drop more than this: https://www.w3.org/TR/baggage/#limits */
const maxBaggageBytes = 8192;

/**
 * The W3C baggage propagator, except that a header over the limit is dropped whole. The stock one keeps the entries that
 * fit, so an incomplete set would travel through the pipeline.
 */
export function boundedBaggage(): TextMapPropagator {
  const stock = new W3CBaggagePropagator();
  return {
    fields: () => stock.fields(),
    inject: (context, carrier, setter) => stock.inject(context, carrier, setter),
    extract(context, carrier, getter) {
      const header = [getter.get(carrier, "baggage") ?? []].flat().join(",");
      return Buffer.byteLength(header) > maxBaggageBytes ? context : stock.extract(context, carrier, getter);
    },
  };
}
