import { operationSpans } from "../../../shared/pipeline/stages.ts";
import { operationNames } from "../../../shared/pipeline/workload-names.ts";
import { type Forced, oneSevere } from "./forcing.ts";

/** Rows of forced work; `hasOrders` for a burst, whose orders are numbered. */
export function ForcedWork(props: {
  forced: readonly Forced[];
  hasOrders: boolean;
  set: (forced: readonly Forced[]) => void;
}) {
  const { forced, hasOrders, set } = props;
  const change = (at: number, part: Partial<Forced>) =>
    set(forced.map((one, n) => (n === at ? { ...one, ...part } : one)));
  return (
    <fieldset class="forced">
      <legend>Forced work</legend>
      {forced.map((one, n) => (
        <div class="forced-row" key={n}>
          {hasOrders && (
            <label>
              Order, or all
              <input
                size={4}
                value={one.order}
                pattern="all|[1-9][0-9]*"
                required
                onInput={({ currentTarget }) => change(n, { order: currentTarget.value })}
              />
            </label>
          )}
          <label>
            In
            <select
              value={one.span}
              onChange={({ currentTarget }) =>
                change(n, { span: operationSpans.find((span) => span === currentTarget.value) ?? one.span })
              }
            >
              {operationSpans.map((span) => (
                <option key={span}>{span}</option>
              ))}
            </select>
          </label>
          <label>
            Run
            <select
              value={one.operation}
              onChange={({ currentTarget }) =>
                change(n, {
                  operation: operationNames.find((name) => name === currentTarget.value) ?? one.operation,
                })
              }
            >
              {operationNames.map((name) => (
                <option key={name}>{name}</option>
              ))}
            </select>
          </label>
          <button
            type="button"
            aria-label={`Remove forced work ${n + 1}`}
            onClick={() => set(forced.filter((_, m) => m !== n))}
          >
            Remove
          </button>
        </div>
      ))}
      <button type="button" onClick={() => set([...forced, oneSevere])}>
        {hasOrders ? "Force work of an order" : "Force work"}
      </button>
    </fieldset>
  );
}
