import type { Explanation } from "../explanation.ts";
import type { LackFinding, ServiceFinding } from "../service-finding.ts";
import { namesOfTopic } from "../spans/destinations.ts";
import { adviceFor } from "./advice.ts";
import type { Advice, Place } from "./mend.ts";

/** Something that the spans of services lack, and the mend. */
export type Need = LackFinding & { readonly advice: Advice | undefined };

/** Services with the same language and libraries that lack the same. */
export type Patients = {
  readonly services: readonly string[];
  readonly language: string | undefined;
  /** Those whose spans lack something. */
  readonly scopes: readonly string[];
  /** Counts of all these services together. */
  readonly needs: readonly Need[];
};

/** Topics that services send to, of which no span shows who consumes them. */
export type Unconsumed = {
  readonly topics: readonly string[];
  readonly senders: readonly string[];
  readonly advice: Advice | undefined;
};

export type Diagnosis = {
  /** Whether explain can say of some stage who waited for whom. */
  readonly isExplainable: boolean;
  readonly patients: readonly Patients[];
  /** Services that lack nothing. */
  readonly complete: readonly string[];
  readonly unconsumed: readonly Unconsumed[];
};

/** Whether the handling of messages is known in at least one stage. */
export function isExplainable({ stages }: Pick<Explanation, "stages">): boolean {
  return stages.some(({ runNs }) => runNs !== undefined);
}

/** What the spans of each service lack, with the mend for its language and library. */
export function diagnose(explanation: Pick<Explanation, "stages" | "services">): Diagnosis {
  const { services } = explanation;
  const lacking = services.filter(({ lacks }) => lacks.length > 0);
  const groups = Map.groupBy(lacking, ({ language, sdk, lacks }) =>
    JSON.stringify([language, sdk, lacks.map(({ what, scope }) => [what, scope])]),
  );
  return {
    isExplainable: isExplainable(explanation),
    patients: [...groups.values()].map(patientsOf),
    complete: services.filter(({ lacks }) => lacks.length === 0).map(({ service }) => service),
    unconsumed: unconsumedIn(services),
  };
}

function patientsOf(services: readonly ServiceFinding[]): Patients {
  const [first] = services;
  const lacks = first?.lacks ?? [];
  return {
    services: services.map(({ service }) => service),
    language: first?.language,
    scopes: [...new Set(lacks.flatMap(({ scope }) => scope ?? []))],
    needs: lacks.map((lack, n) => {
      const all = services.flatMap((one) => one.lacks[n] ?? []);
      return {
        ...lack,
        spans: sum(all.map(({ spans }) => spans)),
        of: sum(all.map(({ of }) => of)),
        topics: [...new Set(all.flatMap(({ topics }) => topics))],
        advice: adviceFor(lack.what, { ...placeOf(first), scope: lack.scope }),
      };
    }),
  };
}

function unconsumedIn(services: readonly ServiceFinding[]): Unconsumed[] {
  const consumed = new Set(
    services.flatMap(({ topics }) =>
      topics.flatMap(({ topic, received, handled }) => (received + handled > 0 ? namesOfTopic(topic) : [])),
    ),
  );
  const sent = services.flatMap((sender) =>
    sender.topics.flatMap(({ topic }) => (consumed.has(topic) ? [] : [{ topic, sender }])),
  );
  const byAdvice = Map.groupBy(sent, ({ sender }) => {
    const [scope] = sender.libraries.flatMap((one) => (one.sent > 0 ? (one.scope ?? []) : []));
    return adviceFor("consumer", { ...placeOf(sender), scope });
  });
  return [...byAdvice].map(([advice, ofAdvice]) => ({
    topics: [...new Set(ofAdvice.map(({ topic }) => topic))],
    senders: [...new Set(ofAdvice.map(({ sender }) => sender.service))],
    advice,
  }));
}

function placeOf(service: ServiceFinding | undefined): Place {
  return { language: service?.language, sdk: service?.sdk };
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}
