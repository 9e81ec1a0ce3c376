import type { IncomingMessage } from "node:http";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { HoldupError, messageOf } from "../../core/errors.ts";

const unzip = promisify(gunzip);

export type BodyReader = (request: IncomingMessage) => Promise<Uint8Array>;

/** Number of full-size requests in memory at once; above that, senders are asked to wait. */
const fullBodies = 4;

/**
 * Reads request bodies, gzip or plain, of at most `maxBytes` before and after decompression. Throws
 * HOLDUP_OTLP_TOO_LARGE, HOLDUP_OTLP_UNSUPPORTED for another encoding, HOLDUP_OTLP_MALFORMED for broken gzip, and
 * HOLDUP_TRACES_OVERLOADED when too much is being read at once.
 */
export function createBodyReader(maxBytes: number): BodyReader {
  let held = 0;

  function collect(request: IncomingMessage): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      const settle = (finish: () => void) => {
        held -= bytes;
        request.off("data", onData).off("end", onEnd).off("close", onClose);
        // The rest is read and discarded, so that the sender sees the answer.
        request.resume();
        finish();
      };
      const onData = (chunk: Buffer) => {
        bytes += chunk.length;
        held += chunk.length;
        chunks.push(chunk);
        if (bytes > maxBytes) settle(() => reject(tooLarge(maxBytes)));
        else if (held > maxBytes * fullBodies) settle(() => reject(overloaded()));
      };
      const onEnd = () => settle(() => resolve(Buffer.concat(chunks)));
      const onClose = () => settle(() => reject(malformedBody("the connection was closed early")));
      request.on("data", onData).on("end", onEnd).on("close", onClose);
      request.on("error", () => {
        // "close" follows and rejects.
      });
    });
  }

  return async (request) => {
    const encoding = (request.headers["content-encoding"] ?? "identity").trim().toLowerCase();
    if (encoding !== "gzip" && encoding !== "identity") {
      request.resume();
      throw new HoldupError(
        "HOLDUP_OTLP_UNSUPPORTED",
        `Content-Encoding ${encoding} is not supported. Send gzip or no compression.`,
      );
    }
    if (Number(request.headers["content-length"] ?? 0) > maxBytes) {
      request.resume();
      throw tooLarge(maxBytes);
    }
    const body = await collect(request);
    if (encoding === "identity") return body;
    try {
      return await unzip(body, { maxOutputLength: maxBytes });
    } catch (error) {
      if (error instanceof RangeError) throw tooLarge(maxBytes, error);
      throw malformedBody(`the gzip data is broken (${messageOf(error)})`, error);
    }
  };
}

function tooLarge(maxBytes: number, cause?: unknown): HoldupError {
  return new HoldupError(
    "HOLDUP_OTLP_TOO_LARGE",
    `The request is larger than ${maxBytes} bytes, before or after decompression. Send smaller batches or raise HOLDUP_TRACES_MAX_BODY_BYTES.`,
    { cause },
  );
}

function overloaded(): HoldupError {
  return new HoldupError(
    "HOLDUP_TRACES_OVERLOADED",
    "Too many bytes of other requests are being read. Send the request again later.",
  );
}

function malformedBody(what: string, cause?: unknown): HoldupError {
  return new HoldupError("HOLDUP_OTLP_MALFORMED", `Cannot read the request: ${what}.`, { cause });
}
