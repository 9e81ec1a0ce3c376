const languages: Readonly<Record<string, string>> = {
  cpp: "C++",
  dotnet: ".NET",
  erlang: "Erlang",
  go: "Go",
  java: "Java",
  jvm: "Java",
  nodejs: "Node.js",
  php: "PHP",
  python: "Python",
  ruby: "Ruby",
  rust: "Rust",
};

/** The language that a resource names, as people write it. */
export function languageName(language: string): string {
  return languages[language] ?? language;
}

const libraries: readonly (readonly [RegExp, string])[] = [
  [/^@opentelemetry\/instrumentation-kafkajs$/, "kafkajs"],
  [/^opentelemetry\.instrumentation\.kafka$/, "kafka-python"],
  [/^opentelemetry\.instrumentation\.aiokafka$/, "aiokafka"],
  [/^opentelemetry\.instrumentation\.confluent_kafka$/, "confluent-kafka"],
  [/franz-go\/plugin\/kotel$/, "franz-go with kotel"],
  [/otelsarama$/, "sarama with otelsarama"],
  [/^io\.opentelemetry\.kafka-clients-/, "kafka-clients"],
  [/^io\.opentelemetry\.spring-kafka-/, "Spring Kafka"],
  [/^org\.springframework\.boot$/, "Spring Boot's observation"],
];

/** What the library is called of which a scope records the spans; the scope where that is not known. */
export function libraryName(scope: string): string {
  return libraries.find(([pattern]) => pattern.test(scope))?.[1] ?? scope;
}
