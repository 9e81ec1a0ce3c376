import { z } from "zod";

/** What a schema of ours consists of; anything else is refused, so that no type is silently too wide. */
const node = z.strictObject({
  $schema: z.string().optional(),
  $ref: z.string().optional(),
  $defs: z.record(z.string(), z.unknown()).optional(),
  description: z.string().optional(),
  type: z.enum(["object", "array", "string", "boolean", "number", "integer"]).optional(),
  format: z.string().optional(),
  const: z.string().optional(),
  enum: z.array(z.string()).optional(),
  items: z.unknown().optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  required: z.array(z.string()).optional(),
  propertyNames: z.unknown().optional(),
  additionalProperties: z.unknown().optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
});

/**
 * TypeScript declarations of the definitions of a JSON Schema, with its descriptions as comments. So the package's types need no
 * zod, which is 8 MB.
 */
export function typesOfSchema(schema: unknown): string {
  const definitions = Object.entries(node.parse(schema).$defs ?? {});
  return definitions
    .map(([name, definition]) => `${comment(definition)}export type ${name} = ${typeOf(definition)};\n`)
    .join("\n");
}

function typeOf(schema: unknown): string {
  const {
    $ref,
    const: literal,
    enum: literals,
    type,
    items,
    properties,
    required,
    ...more
  } = node.parse(schema);
  if ($ref !== undefined) return $ref.replace("#/$defs/", "");
  if (literal !== undefined) return JSON.stringify(literal);
  if (literals !== undefined) return literals.map((one) => JSON.stringify(one)).join(" | ");
  switch (type) {
    case "integer":
      return "number";
    case "array":
      return `ReadonlyArray<${typeOf(items)}>`;
    case "object":
      if (properties === undefined) {
        return `Readonly<Partial<Record<${typeOf(more.propertyNames)}, ${typeOf(more.additionalProperties)}>>>`;
      }
      return `{\n${Object.entries(properties)
        .map(([name, property]) => {
          const rest = required?.includes(name)
            ? `: ${typeOf(property)}`
            : `?: ${typeOf(property)} | undefined`;
          return `${comment(property)}readonly ${name}${rest};\n`;
        })
        .join("")}}`;
    case undefined:
      throw new Error(`A schema without a type: ${JSON.stringify(schema)}`);
    default:
      return type;
  }
}

function comment(schema: unknown): string {
  const { description } = node.parse(schema);
  return description === undefined ? "" : `/** ${description} */\n`;
}
