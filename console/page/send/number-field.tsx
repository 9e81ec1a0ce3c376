export function NumberField(props: {
  label: string;
  value: string;
  min: number;
  max?: number;
  step?: number;
  required?: boolean;
  placeholder?: string;
  set: (value: string) => void;
}) {
  const { label, value, min, max, step = 1, required = false, placeholder, set } = props;
  return (
    <label>
      {label}
      <input
        type="number"
        value={value}
        min={min}
        max={max}
        step={step}
        required={required}
        placeholder={placeholder}
        onInput={({ currentTarget }) => set(currentTarget.value)}
      />
    </label>
  );
}
