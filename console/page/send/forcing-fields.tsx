import { operationSpans } from "../../../shared/pipeline/stages.ts";
import { operationNames } from "../../../shared/pipeline/workload-names.ts";
import { type Forcing, oneSevere } from "./forcing.ts";

/** Rows of forced work; with a field for the order number if `isBurst`. */
export function ForcingFields(props: {
  forcings: readonly Forcing[];
  isBurst: boolean;
  set: (forcings: readonly Forcing[]) => void;
}) {
  const { forcings, isBurst, set } = props;
  const change = (at: number, changed: Partial<Forcing>) =>
    set(forcings.map((one, n) => (n === at ? { ...one, ...changed } : one)));
  return (
    <fieldset class="forced">
      <legend>Forced work</legend>
      {forcings.map((one, n) => (
        <div class="forced-row" key={n}>
          {isBurst && (
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
            onClick={() => set(forcings.filter((_, m) => m !== n))}
          >
            Remove
          </button>
        </div>
      ))}
      <button type="button" onClick={() => set([...forcings, oneSevere])}>
        Add forced work
      </button>
    </fieldset>
  );
}
