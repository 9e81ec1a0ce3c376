import { delimiter, join } from "node:path";
import { type Snippet, snippets } from "../../explain/doctor/snippets.ts";
import type { ProblemClass } from "../../explain/explanation.ts";
import type { ScenarioName } from "./scenarios.ts";
import type { Language } from "./toolchains.ts";

/** A process of the pipeline; `both` consumes for billing and mailer in one process. */
export type Role = "api" | "billing" | "mailer" | "both";

/** One library as one kind of user uses it. */
export type Library = {
  readonly language: Language;
  /** Chooses how the program handles messages; the program knows its variants. */
  readonly variant: string;
  /** Command line of a role; `dir` is the folder with the language's programs. */
  readonly command: (dir: string, role: Role) => readonly [string, ...string[]];
  readonly scenarios: readonly ScenarioName[];
  readonly oneProcess?: boolean;
  /** Its instrumentation records when messages were received, and not how long they were handled. */
  readonly receivesOnly?: boolean;
  /** What is said first about billing's waiting where it is not the scenario's problem. */
  readonly headlines?: Readonly<Partial<Record<ScenarioName, ProblemClass | "none">>>;
  /** The doctor's advice that the program follows, and the file beside the program that holds it word for word. */
  readonly advice?: { readonly file: string; readonly snippet: Snippet };
};

const all: readonly ScenarioName[] = ["a", "b", "c", "d", "e", "f"];

const node: Pick<Library, "language" | "command"> = {
  language: "node",
  command: (dir, role) => [
    process.execPath,
    "--import",
    join(dir, "tracing.ts"),
    join(dir, "kafkajs.ts"),
    role,
  ],
};

function python(program: string): Pick<Library, "language" | "command"> {
  return {
    language: "python",
    command: (dir, role) => [
      join(dir, "venv", "bin", "opentelemetry-instrument"),
      join(dir, "venv", "bin", "python"),
      join(dir, program),
      role,
    ],
  };
}

function go(program: string): Pick<Library, "language" | "command"> {
  return { language: "go", command: (dir, role) => [join(dir, "bin", program), role] };
}

type JavaProgram = {
  readonly mainClass: "PlainKafka" | "SpringKafka";
  /** Which version of Spring Boot, and so of Kafka's client. */
  readonly boot?: "boot3" | "boot4";
  /** OpenTelemetry's Java agent; without it, Spring Boot traces. */
  readonly agent: boolean;
};

function java({ mainClass, boot = "boot4", agent }: JavaProgram): Pick<Library, "language" | "command"> {
  const home = process.env["JAVA_HOME"];
  const small = ["-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"];
  return {
    language: "java",
    command: (dir, role) => [
      home === undefined ? "java" : join(home, "bin", "java"),
      ...small,
      ...(agent ? [`-javaagent:${join(dir, boot, "opentelemetry-javaagent.jar")}`] : []),
      "-cp",
      [join(dir, boot, "classes"), join(dir, boot, "lib", "*")].join(delimiter),
      `foreign.${mainClass}`,
      role,
    ],
  };
}

/** A program that follows the doctor's advice: its code, and its line in the shell that starts the program. */
function advised(
  { language, command }: Pick<Library, "language" | "command">,
  file: string,
  snippet: Snippet,
): Library {
  const { shell } = snippet;
  return {
    language,
    variant: "advised",
    command: (dir, role) =>
      shell === undefined
        ? command(dir, role)
        : ["sh", "-c", `${shell}\nexec "$@"`, "sh", ...command(dir, role)],
    scenarios: all,
    advice: { file, snippet },
  };
}

/** By the first part of a run's name: `<library>-<scenario>`. */
export const libraries: Readonly<Record<string, Library>> = {
  kafkajs: { ...node, variant: "each", scenarios: all },
  "kafkajs-batch": { ...node, variant: "batch", scenarios: all },
  "kafkajs-one-process": { ...node, variant: "each", scenarios: ["a", "b", "c", "d"], oneProcess: true },
  confluent: { ...python("confluent.py"), variant: "poll", scenarios: all },
  "confluent-batch": {
    ...python("confluent.py"),
    variant: "batch",
    scenarios: all,
    // Its spans name no partition, so that nobody's is seen to stand still.
    headlines: { e: "unexplained" },
  },
  // Its spans end when a message is given to the pool: why billing's messages waited is not known.
  "confluent-pool": {
    ...python("confluent.py"),
    variant: "pool",
    scenarios: ["a", "b", "c", "d", "f"],
    headlines: { a: "none", b: "none", c: "none", f: "none" },
  },
  "kafka-python": {
    ...python("kafka_python.py"),
    variant: "plain",
    scenarios: ["a", "b"],
    receivesOnly: true,
  },
  "kafka-python-advised": advised(python("kafka_python.py"), "kafka_python_advice.py", snippets.kafkaPython),
  aiokafka: { ...python("aiokafka_program.py"), variant: "plain", scenarios: ["a", "b"], receivesOnly: true },
  "aiokafka-advised": advised(python("aiokafka_program.py"), "aiokafka_advice.py", snippets.aiokafka),
  franz: { ...go("franz"), variant: "plain", scenarios: ["a", "b"], receivesOnly: true },
  "franz-process": { ...go("franz"), variant: "process", scenarios: all },
  "franz-advised": advised(go("franz"), "franz/advice.go", snippets.kotel),
  sarama: { ...go("sarama"), variant: "plain", scenarios: ["a", "b"], receivesOnly: true },
  "sarama-advised": {
    ...advised(go("sarama"), "sarama/advice.go", snippets.sarama),
    // It handles its partitions at the same time: only the one with most keys has more than it can handle.
    headlines: { c: "hot-partition" },
  },
  "java-agent": { ...java({ mainClass: "PlainKafka", agent: true }), variant: "plain", scenarios: all },
  "spring-agent": {
    ...java({ mainClass: "SpringKafka", agent: true }),
    variant: "record",
    scenarios: all,
  },
  "spring-agent-batch": {
    ...java({ mainClass: "SpringKafka", agent: true }),
    variant: "batch",
    scenarios: all,
  },
  "spring-observation": {
    ...java({ mainClass: "SpringKafka", agent: false }),
    variant: "observation",
    scenarios: all,
  },
  "spring3-observation": {
    ...java({ mainClass: "SpringKafka", boot: "boot3", agent: false }),
    variant: "observation",
    scenarios: all,
  },
};
